/** One round in a process of its own: measures the parts given as JSON in the order given, and sends ns by part. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bench } from "tinybench";
import { exporters } from "../../src/target/exporters/index.ts";
import { samplers } from "../../src/target/samplers/index.ts";
import type { Operation } from "./operation.ts";
import { PARTS } from "./parts.ts";

const TIMES = 4096;

/** CPU of all threads in ms: it stands still while other processes run. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measure(operation: Operation, timeMs: number): Promise<number> {
  const times = operation.times ?? TIMES;
  const bench = new Bench({
    timestampProvider: { name: "cpu", fn: cpuMs, fromMs: (ms) => ms, toMs: Number },
    time: timeMs,
    warmupTime: timeMs,
    throws: true,
  });
  bench.add("part", () => operation.run(times), {
    async: false,
    beforeEach: () => operation.prepare?.(times),
    afterEach: () => operation.settle?.(),
  });
  const [task] = await bench.run();
  await operation.close?.();
  if (task?.result.state !== "completed") throw new Error(`the measurement ended as ${task?.result.state}`);
  return (task.result.latency.p50 * 1e6) / times;
}

const { parts, timeMs } = JSON.parse(process.argv[2]!) as { parts: string[]; timeMs: number };
const folder = mkdtempSync(join(tmpdir(), "spantoll-micro-"));
try {
  for (const { exampleFiles } of [...samplers.kinds, ...exporters.kinds])
    for (const [name, text] of Object.entries(exampleFiles ?? {})) writeFileSync(join(folder, name), text);
  const ns: Record<string, number> = {};
  for (const part of parts) ns[part] = await measure(await PARTS[part]!(folder), timeMs);
  process.send!(ns);
} finally {
  rmSync(folder, { recursive: true });
  process.disconnect();
}
