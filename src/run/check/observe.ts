import { frontOf } from "../../spec/scenario.ts";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { nodeFactsProgram } from "../../target/probe/node-facts.ts";
import { FACTS_FOLDER, type SdkFacts } from "../../target/probe/sdk-facts.ts";
import type { Bench } from "../bench.ts";
import { finishAll } from "../measure/ledger-reading.ts";
import { cpuBetween } from "../processes/accounting.ts";
import { exitReason } from "../processes/child.ts";
import { commandOf, environmentOf, portsCalledBy } from "../processes/listeners.ts";
import type { SinkProcess } from "../processes/sink-process.ts";
import type { TargetProcesses } from "../target/target-processes.ts";
import type { Setting } from "../setting.ts";
import { startTarget } from "../starts.ts";
import { askRequests } from "./ask-requests.ts";
import type { Look } from "./looks.ts";
import { CLOCK_SLACK_MS, isMute, type Observation } from "./observation.ts";

const POLL_MS = 100;
/** Polls from one look at the connections to the next: the kernel takes 10 ms to list them, and each is there for longer. */
const POLLS_A_LOOK = 4;
/** No more spans for so long: those that are missing come at the end, or never. */
const QUIET_MS = 1200;
/** A flush to a healthy sink takes far less. */
const END_WITHIN_MS = 8000;
const EXIT_WITHIN_MS = 2000;
/** Facts of Python are written five times a second. */
const STALE_MS = 3000;
const SEED = 1;
const UNSTARTED = {
  sent: 0,
  answered: 0,
  unexpected: [],
  firstAtMs: 0,
  probedAtMs: 0,
  waitedMs: 0,
  receivedAlive: 0,
  listeners: [],
  portsCalled: [],
  sinkPorts: [],
  environment: {},
  output: "",
  cpuUs: undefined,
  processes: 0,
};

/** Starts the target, asks it some requests, waits for spans, ends it. */
export async function observe(bench: Bench, setting: Setting, look: Look, signal: AbortSignal): Promise<Observation> {
  const { variant, id, isBaseline } = look;
  const sink = await bench.sink();
  const endpoints = await sink.open({ id, seed: SEED, condition: "healthy" });
  const witness = new Witness(setting);
  try {
    const trial = { variant, seed: SEED, phase: "latency", ...(isBaseline && { isBaseline }) } as const;
    const target = await startTarget(bench, witness.setting, trial, endpoints, signal).catch((error: Error) => error);
    if (target instanceof Error) {
      const facts = witness.facts();
      return { ...UNSTARTED, variant, failure: target, result: await sink.close(id), facts };
    }
    try {
      const seen = await watch(sink, setting, look, target, witness);
      const sinkPorts = Object.values(endpoints).map((url) => Number(new URL(url).port));
      return { ...seen, sinkPorts, portsCalled: seen.portsCalled.filter((port) => !sinkPorts.includes(port)) };
    } finally {
      await target.kill();
    }
  } finally {
    witness.close();
  }
}

async function watch(
  sink: SinkProcess,
  setting: Setting,
  { id, variant, requests, waitMs }: Look,
  target: TargetProcesses,
  witness: Witness,
): Promise<Omit<Observation, "sinkPorts">> {
  // the request of the start makes a trace of its own, which is not counted
  await sleep(2 * CLOCK_SLACK_MS);
  const firstAtMs = Date.now();
  target.forgetEnded();
  const cpuAtOpen = target.readCpu();
  const asked = await askRequests(target.origin, setting.scenario, requests);
  const called = new Set<number>();
  // a server may close a connection between two exports
  const lookAtPorts = (): void => portsCalledBy(target.pids()).forEach((port) => called.add(port));
  const waitedMs = await quiet(sink, id, isMute(asked) ? 0 : waitMs, lookAtPorts);
  const cpuUs = cpuBetween(cpuAtOpen, target.readCpu())?.totalUs;
  const processes = target.pids().length;
  const listeners = target.listeners.map(commandOf);
  const environment = Object.assign({}, ...target.listeners.map(environmentOf)) as Record<string, string>;
  const receivedAlive = await sink.received(id);
  const aliveAtMs = Date.now();
  const failure = await finish(target, variant.id);
  await Promise.race([target.stop(), sleep(END_WITHIN_MS, undefined, { ref: false })]);
  const { probedAtMs = firstAtMs } = target;
  const seen = {
    ...asked,
    variant,
    firstAtMs,
    probedAtMs,
    waitedMs,
    receivedAlive,
    cpuUs,
    processes,
    listeners,
    portsCalled: [...called],
    environment,
    ...(failure && { failure }),
  };
  return { ...seen, facts: witness.facts(aliveAtMs), output: target.output(), result: await sink.close(id) };
}

/** Asks for the last spans. Returns what went wrong if it has ended by itself. */
async function finish(target: TargetProcesses, variant: string): Promise<Error | undefined> {
  let unanswered: Error | undefined;
  try {
    if (target.ended === undefined) await finishAll(target.lines);
  } catch (error) {
    unanswered = error as Error;
    // it closes its connections before its end is reported
    await Promise.race([target.exited, sleep(EXIT_WITHIN_MS, undefined, { ref: false })]);
  }
  const { ended } = target;
  if (ended === undefined) return unanswered;
  return new Error(exitReason(`the service of ${variant}`, ended, "when it was sent requests"));
}

/** Waits until no more spans come; `waitMs` if none does, and looks for why as long as none does. Returns how long, ms. */
async function quiet(sink: SinkProcess, id: string, waitMs: number, look: () => void): Promise<number> {
  const start = performance.now();
  let [received, since] = [0, start];
  for (
    let polls = 0;
    performance.now() - (received > 0 ? since : start) < (received > 0 ? QUIET_MS : waitMs);
    polls++
  ) {
    if (received === 0 && polls % POLLS_A_LOOK === 0) look();
    await sleep(POLL_MS);
    const now = await sink.received(id);
    if (now !== received) [received, since] = [now, performance.now()];
  }
  return performance.now() - start;
}

/** What runs in each process of Python that has this folder in its path. */
const PYTHON_FACTS = fileURLToPath(new URL("../../../targets/python-facts", import.meta.url));

/** Has a process of Node or Python with an SDK of its own report what that SDK does. */
class Witness {
  readonly setting: Setting;
  readonly #folder: string | undefined;

  constructor(setting: Setting) {
    this.setting = setting;
    if (frontOf(setting.scenario.target).command?.ownSdk !== true) return;
    this.#folder = mkdtempSync(join(tmpdir(), "spantoll-facts-"));
    const program = join(this.#folder, "facts.cjs");
    writeFileSync(program, nodeFactsProgram());
    const NODE_OPTIONS = `${process.env["NODE_OPTIONS"] ?? ""} --require=${JSON.stringify(program)}`.trim();
    const PYTHONPATH = [PYTHON_FACTS, process.env["PYTHONPATH"] ?? ""].filter((path) => path !== "").join(delimiter);
    this.setting = { ...setting, kept: { ...setting.kept, NODE_OPTIONS, PYTHONPATH, [FACTS_FOLDER]: this.#folder } };
  }

  /**
   * Of the process, or thread, that answers and knows most of OpenTelemetry: others are npm, or the parent of a cluster. If
   * any of them ends gently, it may end the others so. One of Python counts if it ran until `untilMs`.
   */
  facts(untilMs = 0): SdkFacts | undefined {
    if (this.#folder === undefined) return undefined;
    const files = readdirSync(this.#folder).filter((name) => name.endsWith(".json"));
    const all = files
      .map((name) => JSON.parse(readFileSync(join(this.#folder!, name), "utf8")) as SdkFacts)
      .filter(({ atMs = Infinity }) => atMs > untilMs - STALE_MS);
    const serving = all.filter(({ isServing }) => isServing);
    const known = ({ provider, packages, isPython }: SdkFacts): number =>
      (provider === undefined ? 0 : 1000) + (isPython ? 1 : 0) + packages.length;
    const [most] = (serving.length > 0 ? serving : all).toSorted((one, other) => known(other) - known(one));
    return (
      most && {
        ...most,
        isEndedGently: all.some(({ isEndedGently }) => isEndedGently),
        isSetUpElsewhere: all.some((one) => one !== most && one.provider !== undefined),
      }
    );
  }

  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}
