/**
 * What the ledger's wrappers cost the SDK: `npm run wrappers [-- rounds]`.
 *
 * The strictest case: nothing but the SDK runs, and its exporter throws everything away. In each round two fresh
 * processes, bare and counted, take shuffled turns of a few milliseconds;
 * a round's figure is the log ratio of their CPU times (kernel accounting), the interval is Student's t over rounds.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { trace } from "@opentelemetry/api";
import { seededRandom, shuffled } from "../src/base/random.ts";
import { count } from "../src/base/units.ts";
import { readOption } from "../src/cli/read-option.ts";
import { studentQuantile } from "../src/estimate/statistics/distributions.ts";
import { startTracing } from "../src/target/tracing.ts";
import { scriptOptions } from "./script-options.ts";

const VARIANTS = ["bare", "counted"] as const;
type Variant = (typeof VARIANTS)[number];
const [TURNS, WARM_UP_TURNS, TRACES_A_TURN, SPANS_A_TRACE] = [60, 15, 200, 8];

/** One trace the shape of an order: a root and seven children with a few attributes each. */
function travel(): void {
  const tracer = trace.getTracer("wrappers");
  tracer.startActiveSpan("POST /orders", (root) => {
    for (let child = 1; child < SPANS_A_TRACE; child++)
      tracer.startActiveSpan("step", { attributes: { "order.id": child, "order.currency": "EUR" } }, (span) => {
        span.setAttribute("http.response.status_code", 200);
        span.setAttribute("payment.method", "card");
        span.end();
      });
    root.end();
  });
}

/** Works one turn for each message; answers with the CPU time it took, in µs. */
async function work(variant: Variant): Promise<void> {
  const tracing = await startTracing({
    service: "wrappers",
    sampler: "always_on",
    processor: "batch:queue=100000",
    exporter: "discard",
    endpoints: { otlpHttp: "", otlpGrpc: "", zipkin: "" },
    baseDir: ".",
    seed: 1,
    counted: variant !== "bare",
  });
  process.on("message", () => {
    const before = process.cpuUsage();
    for (let index = 0; index < TRACES_A_TURN; index++) travel();
    void tracing.flush().then(() => {
      const { user, system } = process.cpuUsage(before);
      process.send!(user + system);
    });
  });
  process.on("disconnect", () => process.exit());
  process.send!("ready");
}

/** CPU of each variant in one round, µs a span. */
async function round(seed: number): Promise<Record<Variant, number>> {
  const random = seededRandom(seed);
  const children = new Map<Variant, ChildProcess>();
  for (const variant of shuffled(VARIANTS, random)) {
    const child = fork(fileURLToPath(import.meta.url), ["--work", variant]);
    await once(child, "message");
    children.set(variant, child);
  }
  const cpuUs: Record<Variant, number> = { bare: 0, counted: 0 };
  for (let turn = 0; turn < WARM_UP_TURNS + TURNS; turn++) {
    for (const variant of shuffled(VARIANTS, random)) {
      const answered = once(children.get(variant)!, "message");
      children.get(variant)!.send("turn");
      const [spentUs] = (await answered) as [number];
      if (turn >= WARM_UP_TURNS) cpuUs[variant] += spentUs;
    }
  }
  for (const child of children.values()) child.disconnect();
  const perSpan = (total: number): number => total / (TURNS * TRACES_A_TURN * SPANS_A_TRACE);
  return { bare: perSpan(cpuUs.bare), counted: perSpan(cpuUs.counted) };
}

/** `+1.2 % (95 %: +0.9 to +1.5)` */
function ratioText(logRatios: readonly number[]): string {
  const n = logRatios.length;
  const mean = logRatios.reduce((a, b) => a + b, 0) / n;
  const variance = logRatios.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const halfWidth = studentQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  const percent = (log: number): string => `${log < 0 ? "" : "+"}${((Math.exp(log) - 1) * 100).toFixed(1)}`;
  return `${percent(mean)} % (95 %: ${percent(mean - halfWidth)} to ${percent(mean + halfWidth)}, ${n} rounds)`;
}

async function main(rounds: number): Promise<void> {
  const results = [];
  for (let index = 0; index < rounds; index++) results.push(await round(index + 1));
  for (const variant of VARIANTS) {
    const mean = results.reduce((sum, result) => sum + result[variant], 0) / rounds;
    const against = results.map((result) => Math.log(result[variant] / result.bare));
    const ratio = variant === "bare" ? "" : `  ${ratioText(against)}`;
    console.log(`${variant.padEnd(10)} ${mean.toFixed(3)} µs CPU a span${ratio}`);
  }
}

if (process.argv[2] === "--work") await work(process.argv[3] as Variant);
// an interval takes two
else await main(scriptOptions(() => readOption("rounds", count(2), process.argv[2] ?? "6")));
