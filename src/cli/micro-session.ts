import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createLogUpdate } from "log-update";
import { formatDuration } from "../base/units.ts";
import { measuredPlan, microPlan, microScenario, type MicroWish } from "../micro/plan.ts";
import { runMicro, type MicroEvents, type MicroLimits } from "../micro/run.ts";
import { Journal } from "../record/journal.ts";
import { SCHEMA_VERSION, type Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { formatAbout } from "./bench/progress.ts";

export interface MicroSession {
  readonly wish: MicroWish & MicroLimits;
  readonly environment: Results["environment"];
  /** The results file. */
  readonly out: string;
  readonly quiet: boolean;
  readonly signal: AbortSignal;
}

/** Measures with a journal beside the results file, where every complete round is on disk before the next starts. */
export async function measureParts({ wish, environment, out, quiet, signal }: MicroSession): Promise<Results> {
  const plan = microPlan(wish);
  const scenario = microScenario(wish);
  const header = { schemaVersion: SCHEMA_VERSION, environment, scenario, plan } as const;
  const journal = new Journal(out, header);
  const records: TrialRecord[] = [];
  const progress = new MicroProgress(wish, quiet);
  const finished: MicroEvents["finished"] = (round) => {
    records.push(...round);
    journal.add(round);
    progress.finished(round);
  };
  const measured: MicroEvents["measured"] = (done, total) => progress.measured(done, total);
  await runMicro(plan, wish, { measured, finished }, signal).finally(() => progress.end());
  journal.finish();
  const rest = { records, estimates: [], notes: [] };
  if (signal.aborted) return { ...header, ending: "interrupted", ...rest };
  const rounds = records.at(-1)!.trial.round;
  const ended = {
    ...header,
    scenario: { ...scenario, rounds, maxRounds: wish.rounds },
    plan: measuredPlan(plan, rounds),
    ending: "completed",
  } as const;
  return { ...ended, ...rest, notes: rounds < wish.rounds ? [cutShort(rounds, wish)] : [] };
}

function cutShort(measured: number, { rounds, maxTimeMs }: MicroSession["wish"]): string {
  return `${measured} of ${rounds} rounds: another would have ended after --max-time ${formatDuration(maxTimeMs)}.`;
}

/** `results/micro-<UTC time>.json` below the current folder. */
export function defaultOut({ startedAt }: Results["environment"]): string {
  const out = `results/micro-${startedAt.replaceAll(/[:.]/g, "-").slice(0, 19)}Z.json`;
  mkdirSync(dirname(out), { recursive: true });
  return out;
}

/** Tells on stderr how far it is: one line that is rewritten on a terminal, a line for each round elsewhere. */
class MicroProgress {
  readonly #startMs = performance.now();
  readonly #maxTimeMs: number;
  readonly #rounds: number;
  readonly #quiet: boolean;
  readonly #line = createLogUpdate(process.stderr);
  #leftMs = 0;

  constructor({ rounds, maxTimeMs }: MicroSession["wish"], quiet: boolean) {
    this.#maxTimeMs = maxTimeMs;
    this.#rounds = rounds;
    this.#quiet = quiet;
  }

  measured(done: number, total: number): void {
    const spentMs = performance.now() - this.#startMs;
    this.#leftMs = Math.max(0, Math.min((spentMs / done) * (total - done), this.#maxTimeMs - spentMs));
    if (!this.#quiet && process.stderr.isTTY)
      this.#line(`${done} of at most ${total} processes · about ${formatAbout(this.#leftMs)} left`);
  }

  finished([first]: readonly TrialRecord[]): void {
    if (this.#quiet || process.stderr.isTTY || first === undefined) return;
    process.stderr.write(
      `round ${first.trial.round} of at most ${this.#rounds} · about ${formatAbout(this.#leftMs)} left\n`,
    );
  }

  end(): void {
    this.#line.clear();
  }
}
