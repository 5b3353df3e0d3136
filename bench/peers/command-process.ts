/** A command of the program as a process that tells when it is done what it has used, and waits to be ended; `plan N` plans N trials. */
import { enableCompileCache } from "node:module";
import { memoryOf } from "./memory.ts";

enableCompileCache();
const [command, ...args] = process.argv.slice(2) as [string, ...string[]];

async function run(): Promise<number> {
  if (command !== "plan") return (await import("../../src/cli/program.ts")).runCli([command, ...args]);
  const { planOf } = await import("../../src/plan/plan.ts");
  const { readScenario } = await import("../../src/spec/read.ts");
  const fields = { samplers: ["none"], phases: ["latency"], reference: false, rounds: args[0] };
  const { trials } = planOf(readScenario(undefined, { fields, quick: false }));
  return trials.length === Number(args[0]) ? 0 : 2;
}

const exitCode = await run();
/** What the process has used. */
export interface Used {
  readonly exitCode: number;
  readonly peakRssBytes: number;
}
const used: Used = { exitCode, peakRssBytes: memoryOf(process.pid).peakRssBytes };
process.on("disconnect", () => process.exit());
process.send!(used);
