/**
 * How fast recorded traces are judged, and in how much memory: `node bench/simulate.ts [--spans 500000] [--rounds 3]`.
 * A file of generated traces (OTLP JSON lines, spans of a trace spread over lines) is read by a fresh process for each
 * line of the table, in shuffled order within each round: merely parsed, put together to traces, tried with one
 * repetition of each strategy alone, and of all of them in one pass, as `simulate` does. Rates are per second of CPU time,
 * since other work shares the machine. Peak memory is the process's; V8 collects late where memory is plenty, so most of
 * it is garbage: under `--heap 256` (MB) the same work is done in less.
 * `--keep FILE` keeps the generated file and `--file FILE` takes one that is there; `--task NAME` (again and again) does
 * these lines only.
 */
import { execFileSync } from "node:child_process";
import { accessSync, closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { median } from "../src/base/median.ts";
import { didYouMean, UserError } from "../src/base/problem.ts";
import { fileReason } from "../src/base/regular-file.ts";
import { deriveSeed, seededRandom, shuffled } from "../src/base/random.ts";
import { count } from "../src/base/units.ts";
import { checkOutput } from "../src/cli/output-file.ts";
import { readOption } from "../src/cli/read-option.ts";
import { simulate } from "../src/simulate/simulate.ts";
import { assembleTraces } from "../src/simulate/assemble.ts";
import { Problems } from "../src/simulate/problems.ts";
import { readRecordedSpans } from "../src/simulate/read/recorded-spans.ts";
import { endWithMistakes } from "./script.ts";

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
  readonly peakBytes: number;
}

/** What the child does; it prints a `Measured`. To start Node and to compile is not counted. */
async function work(task: string, file: string): Promise<void> {
  const before = process.cpuUsage();
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
  const measured: Measured = { spans, cpuMs: (user + system) / 1000, peakBytes };
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

function measure(
  file: string,
  { tasks, rounds, heapMb }: { tasks: readonly string[]; rounds: number; heapMb: number | undefined },
): Map<string, Measured[]> {
  // as `npm run simulate`: a young generation that fits the cache is collected in less time, and takes less memory
  const young = "--max-semi-space-size=4";
  const limit = heapMb === undefined ? [young] : [young, `--max-old-space-size=${heapMb}`];
  const results = new Map<string, Measured[]>(tasks.map((task) => [task, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const task of shuffled(tasks, seededRandom(deriveSeed(round, "order")))) {
      process.stderr.write(`round ${round} of ${rounds}: ${task}\n`);
      const out = execFileSync(process.execPath, [...limit, import.meta.filename, "--work", task, "--file", file]);
      results.get(task)!.push(JSON.parse(out.toString()) as Measured);
    }
  }
  return results;
}

function show(results: ReadonlyMap<string, readonly Measured[]>): void {
  const usPerSpan = (task: string): number[] => results.get(task)!.map(({ cpuMs, spans }) => (cpuMs * 1000) / spans);
  const parse = results.has(PARSE) ? median(usPerSpan(PARSE))! : NaN;
  const rows = [...results].map(([task, measured]) => {
    const costs = usPerSpan(task);
    const usual = median(costs)!;
    return [
      task,
      Math.round(1e6 / usual).toLocaleString("en"),
      usual.toFixed(2),
      `${Math.min(...costs).toFixed(2)} … ${Math.max(...costs).toFixed(2)}`,
      Number.isNaN(parse) ? "–" : (usual / parse).toFixed(2),
      String(Math.round(Math.max(...measured.map(({ peakBytes }) => peakBytes)) / 1e6)),
    ];
  });
  const head = ["task", "spans/s", "CPU µs/span", "from … to", "× parsing", "peak MB"];
  console.log(markdownTable([head, ...rows], { align: head.map((_, at) => (at === 0 ? "l" : "r")) }));
}

/** Throws a `UserError` where the table has no such line. */
function checkTask(task: string): void {
  if (TASKS.includes(task)) return;
  throw new UserError(`--task "${task}": expected one of ${TASKS.join(", ")}${didYouMean(task, TASKS)}`);
}

/** Throws a `UserError` where the file is not there, or beside an option of the file that would be generated. */
function checkInput(file: string, generating: Readonly<Record<string, string | undefined>>): void {
  const idle = Object.keys(generating).find((option) => generating[option] !== undefined);
  if (idle !== undefined) throw new UserError(`${idle}: without effect with --file, which takes traces that are there`);
  try {
    accessSync(file);
  } catch (error) {
    throw new UserError(`--file "${file}": cannot be read: ${fileReason(error)}`);
  }
}

const { spans, rounds, heapMb, ...values } = endWithMistakes(() => {
  const { values } = parseArgs({
    options: {
      spans: { type: "string" },
      rounds: { type: "string", default: "3" },
      work: { type: "string" },
      file: { type: "string" },
      keep: { type: "string" },
      task: { type: "string", multiple: true, default: TASKS },
      heap: { type: "string" },
    },
  });
  values.task.forEach(checkTask);
  if (values.file !== undefined) checkInput(values.file, { "--spans": values.spans, "--keep": values.keep });
  if (values.keep !== undefined) checkOutput("--keep", values.keep);
  return {
    ...values,
    spans: readOption("--spans", count(), values.spans ?? "500000"),
    rounds: readOption("--rounds", count(), values.rounds),
    heapMb: values.heap === undefined ? undefined : readOption("--heap", count(), values.heap),
  };
});
if (values.work !== undefined) await work(values.work, values.file!);
else {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-bench-"));
  try {
    const file = values.file ?? values.keep ?? join(folder, "traces.jsonl");
    if (values.file === undefined) generate(file, spans);
    process.stderr.write(`${Math.round(statSync(file).size / 1e6)} MB\n`);
    show(measure(file, { tasks: values.task, rounds, heapMb }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
