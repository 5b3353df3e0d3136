import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { planOf } from "../../src/plan/plan.ts";
import type { TrialRecord } from "../../src/record/trial-record.ts";
import { readScenario } from "../../src/spec/read.ts";
import { runPlan } from "../../src/run/run.ts";
import type { Turn } from "./figures.ts";
import { loadShares } from "./load-share.ts";
import { inRounds, type Context, type Section } from "./section.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const EMPTY = "an empty program";
export const [LIST, ALONE, SIDE_BY_SIDE] = ["list", "a trial alone", "a trial of three side by side"] as const;
const COMMANDS = [
  { peer: EMPTY, words: [process.execPath, "-e", "0"] },
  { peer: LIST, words: [process.execPath, "src/main.ts", "list"] },
  { peer: "npm run -s list", words: ["npm", "run", "-s", "list"] },
] as const;
/** The kernel tells the CPU of ended processes in steps of 10 ms. */
const TICK_MS = 10;
const STARTS_A_TURN = 3;
const COMMAND_WITHIN_MS = 20_000;

export const startup: Section = {
  name: "startup",
  title: "Start-up",
  about:
    "Commands, with the CPU of all their processes by the kernel; what a trial takes beyond warm-up and window, its share of that where three run at once; " +
    "and how much of a whole run's time, by its results file, a service is under load.",
  against: EMPTY,
  rounds: 6,
  reference: (peer) => (COMMANDS.some((command) => command.peer === peer) ? EMPTY : undefined),
  async *measure(context, rounds) {
    yield* commandStarts(context, rounds);
    yield* trialOverheads(context, rounds);
    for (const turn of loadShares(context.run.results)) yield { ...turn, peer: context.run.name };
  },
};

async function* commandStarts(context: Context, rounds: number): AsyncGenerator<Turn, void> {
  // the first start of a command fills its compile cache
  for (const { words } of COMMANDS) await finish(words, context);
  for (const { round, order } of inRounds(rounds, COMMANDS, context.seed)) {
    for (const { peer, words } of order) {
      const cpuBeforeMs = endedChildrenCpuMs();
      for (let start = 0; start < STARTS_A_TURN; start++) await finish(words, context);
      yield { round, peer, figures: { cpuMs: (endedChildrenCpuMs() - cpuBeforeMs) / STARTS_A_TURN } };
    }
  }
}

async function finish([file, ...args]: readonly string[], { signal }: Context): Promise<void> {
  const options = { cwd: REPOSITORY, stdin: "ignore", stdout: "ignore", timeout: COMMAND_WITHIN_MS } as const;
  await execa(file!, args, { ...options, cancelSignal: signal });
}

/** CPU of the children of this process that have ended, and of theirs. */
function endedChildrenCpuMs(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

/** Short trials of the default run: one alone, and a block of the cost phase. */
async function* trialOverheads({ signal, seed }: Context, rounds: number): AsyncGenerator<Turn, void> {
  const fields = {
    samplers: ["ratio:0.1"],
    phases: ["latency", "cost"],
    rounds,
    seed,
    duration: "600ms",
    warmup: "300ms",
  };
  const scenario = readScenario(undefined, { fields, quick: false });
  const plan = planOf(scenario);
  const wanted = plan.trials.filter(({ phase, variant }) => phase === "cost" || variant === "always_on");
  // sink and driver are started by the first trial of all, for the whole run
  const first = { ...wanted.find(({ phase }) => phase === "latency")!, id: "first", block: 0, round: 0 };
  const setting = {
    scenario,
    plan: { ...plan, trials: [first, ...wanted] },
    node: process.execPath,
  };
  const turns: Turn[] = [];
  let startedMs = 0;
  const finished = async (records: readonly TrialRecord[]): Promise<void> => {
    const [{ trial }] = records as [TrialRecord];
    const failed = records.find(({ ending }) => ending !== "completed");
    if (failed !== undefined) throw new Error(`${failed.trial.id}: ${failed.failure ?? failed.ending}`);
    const phase = trial.phase;
    const beyondMs = performance.now() - startedMs - scenario.warmupMs[phase] - scenario.durationMs[phase];
    const peer = records.length > 1 ? SIDE_BY_SIDE : ALONE;
    turns.push({ round: trial.round, peer, figures: { overheadMs: beyondMs / records.length } });
  };
  const starting = (): void => void (startedMs = performance.now());
  await runPlan(setting, new Set(), { starting, finished, extend: () => [] }, signal);
  yield* turns.filter(({ round }) => round > 0);
}
