/**
 * Which SDK counts its own spans, and rightly? `npm run self-observability` prints the table of docs/own-service.md. Each SDK
 * makes 20,000 spans, into a queue that is too short and a backend that is slow and refuses every fifth request.
 */
import { existsSync, readdirSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { markdownTable } from "markdown-table";
import { findOtels } from "../src/cli/bench/versions/otel.ts";
import { SdkMetrics } from "../src/sink/count/sdk-metrics.ts";
import { SpanRows } from "../src/sink/count/span-rows.ts";
import { decodeOtlpProtobuf } from "../src/sink/decode/otlp-protobuf.ts";

const SPANS = 20_000;
const ANSWER_MS = 20;
const REFUSED = 5;
const FOLDER = join(import.meta.dirname, "self-observability");
const VENV = join(import.meta.dirname, "../targets/fastapi/.venv");

type Counts = Readonly<Record<"started" | "queueFull" | "exported" | "refused", number | undefined>>;

/** Runs a program that makes the spans. Returns what was, and what its SDK says. */
async function audit(command: string, args: (origin: string) => readonly string[]): Promise<readonly [Counts, Counts]> {
  const metrics = new SdkMetrics();
  let [requests, exported, refused] = [0, 0, 0];
  const take = async (request: IncomingMessage): Promise<number> => {
    const body = await buffer(request);
    if (request.url === "/v1/metrics") {
      metrics.add(body);
      return 200;
    }
    const rows = new SpanRows(undefined);
    decodeOtlpProtobuf(body, rows);
    await sleep(ANSWER_MS);
    if (++requests % REFUSED === 0) {
      refused += rows.length;
      return 400;
    }
    exported += rows.length;
    return 200;
  };
  const server = createServer((request, response) => void take(request).then((code) => response.writeHead(code).end()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await execa(command, args(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), { stderr: "ignore" });
  server.close();
  server.closeAllConnections();
  const said = metrics.counts();
  const { "": ok, ...failed } = said?.exported ?? {};
  const sum = (counts: readonly number[]): number | undefined =>
    counts.length === 0 ? undefined : counts.reduce((total, count) => total + count);
  return [
    { started: SPANS, queueFull: SPANS - exported - refused, exported, refused },
    {
      started: said?.sampled,
      queueFull: said?.processed["queue_full"],
      exported: ok,
      refused: sum(Object.values(failed)),
    },
  ];
}

function rowOf(name: string, [truth, said]: readonly [Counts, Counts]): readonly string[] {
  const cells = (Object.keys(truth) as (keyof Counts)[]).map((key) => {
    const [was, is] = [truth[key]!.toLocaleString("en"), said[key]?.toLocaleString("en")];
    if (is === undefined) return `nothing of ${was}`;
    return is === was ? was : `${is} of ${was}`;
  });
  return [name, ...cells];
}

const rows: (readonly string[])[] = [["SDK", "started", "dropped at a full queue", "exported", "refused"]];
for (const [version, folder] of await findOtels(["2.12.1", "3.1.1"], [process.version.slice(1)])) {
  const program = join(FOLDER, "node-sdk.mjs");
  const counts = await audit(process.execPath, (origin) => [program, folder, origin, String(SPANS)]);
  rows.push(rowOf(`Node \`sdk-trace\` ${version}`, counts));
}
const python = join(VENV, "bin/python");
if (existsSync(python)) {
  const [lib] = readdirSync(join(VENV, "lib"));
  const packages = readdirSync(join(VENV, "lib", lib!, "site-packages"));
  const version = packages.map((name) => /^opentelemetry_sdk-(.*)\.dist-info$/.exec(name)?.[1]).find(Boolean);
  const counts = await audit(python, (origin) => [join(FOLDER, "python_sdk.py"), origin, String(SPANS)]);
  rows.push(rowOf(`Python ${version}`, counts));
} else console.error("without Python: npm run setup:fastapi");
console.log(markdownTable(rows));
