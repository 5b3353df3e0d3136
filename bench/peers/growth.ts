import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siblingModule } from "../../src/base/sibling.ts";
import type { Results } from "../../src/record/results.ts";
import { fixtureResults } from "../../src/report/results.fixture.ts";
import { startChild } from "../../src/run/processes/child.ts";
import type { Used } from "./command-process.ts";
import type { Turn } from "./figures.ts";
import { bound, inRounds, nextMessage, type Context, type Section } from "./section.ts";

const SIZES = [1, 10, 100, 1000];
const COMMANDS = ["plan", "report", "compare"] as const;
/** Of a trial at 600/s for 9 s: the histograms are as full as real ones. */
const REQUESTS = 5400;
const TRIALS_A_ROUND = 9;

export const growth: Section = {
  name: "growth",
  title: "Growth",
  about:
    "Whole commands, start-up included, on plans and results files of more and more trials, whose histograms hold 5,400 requests each.",
  against: "1 trial",
  rounds: 5,
  reference: (peer) =>
    peerOf(
      COMMANDS.find((command) => peer.startsWith(command))!,
      SIZES[0]!,
    ),
  measure: (context, rounds) => growthOver(SIZES, context, rounds),
};

export function peerOf(command: (typeof COMMANDS)[number], trials: number): string {
  return `${command}, ${trials} ${trials === 1 ? "trial" : "trials"}`;
}

export async function* growthOver(
  sizes: readonly number[],
  context: Context,
  rounds: number,
): AsyncGenerator<Turn, void> {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-peers-"));
  try {
    writeFiles(folder, sizes);
    const cases = COMMANDS.flatMap((command) => sizes.map((trials) => ({ command, trials })));
    for (const { round, order } of inRounds(rounds, cases, context.seed)) {
      for (const { command, trials } of order) {
        const [base, candidate] = [fileOf(folder, 1, trials), fileOf(folder, 2, trials)];
        const args = { plan: [String(trials)], report: [base], compare: [base, candidate] }[command];
        yield { round, peer: peerOf(command, trials), figures: await used([command, ...args], context) };
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fileOf(folder: string, seed: number, trials: number): string {
  return join(folder, `${seed}-${trials}.json`);
}

/** The smaller ones are the beginnings of the largest. */
function writeFiles(folder: string, sizes: readonly number[]): void {
  const rounds = Math.ceil(Math.max(...sizes) / TRIALS_A_ROUND);
  for (const seed of [1, 2]) {
    const all = fixtureResults({ rounds, requests: REQUESTS, seed });
    for (const trials of sizes) writeFileSync(fileOf(folder, seed, trials), JSON.stringify(beginning(all, trials)));
  }
}

function beginning(results: Results, trials: number): Results {
  const { plan, records } = results;
  return { ...results, plan: { ...plan, trials: plan.trials.slice(0, trials) }, records: records.slice(0, trials) };
}

async function used(words: readonly string[], { signal }: Context): Promise<Turn["figures"]> {
  const startedMs = performance.now();
  const args = [siblingModule(import.meta.url, "./command-process"), ...words];
  const child = startChild({ command: process.execPath, args, ipc: true, cores: undefined });
  await using _ = bound(child, signal);
  const { exitCode, peakRssBytes } = (await nextMessage(child, words.join(" "))) as Used;
  // compare's is 1 where it finds a regression
  if (exitCode > 1) throw new Error(`${words.join(" ")} exited with ${exitCode}`);
  return { wallMs: performance.now() - startedMs, peakRssBytes };
}
