import type { Moment } from "../base/clock.ts";
import { total } from "../base/sum-of.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Bench } from "./bench.ts";
import { cpuBetween, readRssBytes } from "./processes/accounting.ts";
import { firstAnswer } from "./target/first-answer.ts";
import type { Setting } from "./setting.ts";
import type { Running } from "./running.ts";
import { firstRequestOf } from "./starts.ts";
import { startRecord } from "./trial-record.ts";

/** The recipe of the phase `start`: one request to a service that has just come up, and what it has used until then. */
export async function measureStart(
  bench: Bench,
  setting: Setting,
  [running]: readonly Running[],
  startedAt: Moment,
): Promise<TrialRecord[]> {
  const { trial, target } = running!;
  await firstAnswer(target.origin, firstRequestOf(setting, trial.seed));
  const firstAnswerMs = performance.now() - target.startedMs;
  const cpu = cpuBetween(new Map(), target.readCpu());
  const rssBytes = target.readRssBytes() ?? readRssBytes(target.pids());
  const loaded = await Promise.all(target.lines.map((line) => line.ask({ type: "scripts" }, "loaded")));
  const modules = total(loaded, ({ scripts }) => scripts);
  await (await bench.sink()).close(trial.id);
  const start = {
    firstAnswerMs,
    ...(cpu && { cpuMs: cpu.totalUs / 1000 }),
    ...(rssBytes !== undefined && { rssBytes }),
    ...(loaded.length > 0 && { modules }),
  };
  return [startRecord(trial, startedAt, start)];
}
