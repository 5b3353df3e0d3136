/**
 * How fast `simulate` is, and in how much memory: `node bench/simulate.ts [--spans 500000] [--rounds 3]`.
 * A file of generated traces (OTLP JSON lines, spans of a trace spread over lines) is read by a fresh process for each
 * line of the table, in shuffled order within each round: merely parsed, put together to traces, tried with one
 * repetition of each strategy alone, and of all of them in one pass, as `simulate` does. Rates are per second that passes,
 * and per second of CPU time of all threads, because other work may share the machine. Peak memory is the process's: most of it
 * is garbage, because V8 collects late if there is much memory. `--file FILE` takes traces that are there; `--task NAME` does
 * this line only.
 */
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import { z } from "zod";
import { median } from "../src/base/median.ts";
import { deriveSeed, seededRandom, shuffled } from "../src/base/random.ts";
import { count } from "../src/base/units.ts";
import { simulate } from "../src/simulate/simulate.ts";
import { assembleTraces } from "../src/simulate/assemble.ts";
import { Problems } from "../src/simulate/problems.ts";
import { readRecordedSpans } from "../src/simulate/read/recorded-spans.ts";
import { scriptOptions, temporaryFolder } from "./script.ts";

const PARSE = "(parse only)";
const ASSEMBLE = "(parse and assemble)";
const TOGETHER = "(all strategies at once)";
const SAMPLERS = [
  "always_on",
  "always_off",
  "ratio:0.1",
  "parentbased:ratio:0.1",
  "probability:0.1",
  "rate:100/s",
  "ratio_floor:0.01,min=1/s",
  "tail:errors,slow=250ms,ratio=0.05",
];
const TASKS = [PARSE, ASSEMBLE, ...SAMPLERS, TOGETHER];
const WINDOW_SPANS = 100_000;
const SPANS_PER_TRACE = 8;

interface Measured {
  readonly spans: number;
  readonly cpuMs: number;
  readonly elapsedMs: number;
  readonly peakBytes: number;
}

/** What the child does; it prints a `Measured`. To start Node and to compile is not counted. */
async function work(task: string, file: string): Promise<void> {
  const [before, beganMs] = [process.cpuUsage(), performance.now()];
  let spans = 0;
  if (task === PARSE) {
    for await (const batch of readRecordedSpans(file, new Problems())) spans += batch.length;
  } else if (task === ASSEMBLE) {
    const problems = new Problems();
    const traces = assembleTraces(readRecordedSpans(file, problems), WINDOW_SPANS, problems);
    for await (const group of traces) for (const trace of group) spans += trace.spans.length;
  } else {
    const samplers = task === TOGETHER ? SAMPLERS : [task];
    const options = { samplers, repeat: 1, seed: 1, windowSpans: WINDOW_SPANS, baseDir: "." };
    spans = (await simulate({ files: [file], ...options })).recording.spans;
  }
  const { user, system } = process.cpuUsage(before);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const elapsedMs = performance.now() - beganMs;
  const measured: Measured = { spans, cpuMs: (user + system) / 1000, elapsedMs, peakBytes };
  process.stdout.write(JSON.stringify(measured));
}

/** Traces of eight spans in five services, a hundred of them under way at a time, their spans interleaved line by line. */
function generate(path: string, spans: number): void {
  const random = seededRandom(deriveSeed(1, "simulate"));
  const word = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const file = openSync(path, "w");
  const services = ["gateway", "order", "inventory", "payment", "recommendation"];
  let startNs = BigInt(Date.UTC(2026, 10, 22)) * 1_000_000n;
  for (let done = 0; done < spans; done += 100 * SPANS_PER_TRACE) {
    const traces = Array.from({ length: 100 }, () => {
      const durationNs = BigInt(Math.floor(1e6 * 500 ** random()));
      startNs += 2_000_000n;
      return {
        id: word() + word() + word() + word(),
        root: word() + word(),
        startNs,
        durationNs,
        failed: random() < 0.02,
      };
    });
    for (let at = 0; at < SPANS_PER_TRACE; at++) {
      const service = services[at % services.length];
      const own = traces.map(({ id, root, startNs: start, durationNs, failed }) => ({
        traceId: id,
        spanId: at === 0 ? root : word() + word(),
        ...(at > 0 && { parentSpanId: root }),
        name: `operation-${at}`,
        kind: 2,
        startTimeUnixNano: String(start + BigInt(at)),
        endTimeUnixNano: String(start + durationNs),
        attributes: [
          { key: "http.request.method", value: { stringValue: "GET" } },
          { key: "http.route", value: { stringValue: `/items/:id/${at}` } },
          { key: "http.response.status_code", value: { intValue: failed ? 500 : 200 } },
        ],
        status: failed ? { code: 2 } : {},
      }));
      const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
      writeSync(file, `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: own }] }] })}\n`);
    }
  }
  closeSync(file);
}

function measure(file: string, tasks: readonly string[], rounds: number): Map<string, Measured[]> {
  const results = new Map<string, Measured[]>(tasks.map((task) => [task, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const task of shuffled(tasks, seededRandom(deriveSeed(round, "order")))) {
      process.stderr.write(`round ${round} of ${rounds}: ${task}\n`);
      const args = [import.meta.filename, "--work", task, "--file", file];
      results.get(task)!.push(JSON.parse(execFileSync(process.execPath, args).toString()) as Measured);
    }
  }
  return results;
}

function show(results: ReadonlyMap<string, readonly Measured[]>): void {
  const usPerSpan = (task: string): number[] => results.get(task)!.map(({ cpuMs, spans }) => (cpuMs * 1000) / spans);
  const rate = (usOfSpans: readonly number[]): string => Math.round(1e6 / median(usOfSpans)!).toLocaleString("en");
  const parse = results.has(PARSE) ? median(usPerSpan(PARSE))! : NaN;
  const rows = [...results].map(([task, measured]) => {
    const costs = usPerSpan(task);
    const usual = median(costs)!;
    return [
      task,
      rate(measured.map(({ elapsedMs, spans }) => (elapsedMs * 1000) / spans)),
      rate(costs),
      usual.toFixed(2),
      `${Math.min(...costs).toFixed(2)} … ${Math.max(...costs).toFixed(2)}`,
      Number.isNaN(parse) ? "–" : (usual / parse).toFixed(2),
      String(Math.round(Math.max(...measured.map(({ peakBytes }) => peakBytes)) / 1e6)),
    ];
  });
  const head = ["task", "spans/s", "spans/s of CPU", "CPU µs/span", "from … to", "× parsing", "peak MB"];
  console.log(markdownTable([head, ...rows], { align: head.map((_, at) => (at === 0 ? "l" : "r")) }));
}

const options = scriptOptions({
  spans: [count(), "500000"],
  rounds: [count(), "3"],
  task: [z.enum(TASKS)],
  file: [z.string().refine(existsSync, "the name of a file with traces")],
  /** In the process that does one line. */
  work: [z.enum(TASKS)],
});
if (options.work !== undefined) await work(options.work, options.file!);
else {
  const file = options.file ?? join(temporaryFolder("simulate"), "traces.jsonl");
  if (options.file === undefined) generate(file, options.spans);
  process.stderr.write(`${Math.round(statSync(file).size / 1e6)} MB\n`);
  show(measure(file, options.task === undefined ? TASKS : [options.task], options.rounds));
}
