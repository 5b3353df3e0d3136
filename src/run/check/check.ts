/** Whether a target is set up right: each asked variant is observed with a few requests, and nothing is measured. */
import { frontOf } from "../../spec/scenario.ts";
import { Bench } from "../bench.ts";
import { Deadline } from "../processes/deadline.ts";
import { FLUSH_AT_EXIT_MS } from "../target/own-service.ts";
import type { Setting } from "../setting.ts";
import { allowanceMs, stageTimes } from "../stage-times.ts";
import { SEND_WITHIN_MS } from "./ask-requests.ts";
import type { CheckLine } from "./check-line.ts";
import { blocked, controlLines, laterChecks, laterLine } from "./checks.ts";
import { controlLooks, WAIT_MS, type Look } from "./looks.ts";
import type { Observation } from "./observation.ts";
import { observe } from "./observe.ts";
import type { Control } from "./start-checks.ts";

/** Reports the lines of `bench --check` as soon as they are known, in their order. Returns whether nothing is wrong. */
export async function checkTarget(
  setting: Setting,
  signal: AbortSignal,
  report: (lines: readonly CheckLine[]) => void,
): Promise<boolean> {
  const bench = new Bench(new Deadline(allowanceMs(setting.scenario)));
  try {
    const { lines } = await checkAll(bench, setting, signal, report);
    return lines.every(({ word }) => word !== "wrong");
  } finally {
    bench.deadline.end();
    await bench.close();
  }
}

/** All lines, and what the first starts have shown. */
export async function checkAll(
  bench: Bench,
  setting: Setting,
  signal: AbortSignal,
  report: (lines: readonly CheckLine[]) => void = () => undefined,
): Promise<{ readonly lines: readonly CheckLine[]; readonly control: Control }> {
  const control = await observeControl(bench, setting, signal);
  const first = controlLines(control);
  report(first);
  const lines = [...first];
  const checks = laterChecks(setting, control);
  for (let at = 0; at < checks.length; at += 2) {
    const pair = checks.slice(at, at + 2);
    const open = pair.filter((check) => blocked(check, first) === undefined);
    const seen = await observeTogether(
      bench,
      setting,
      open.map(({ look }) => look),
      signal,
    );
    const next = pair.map((check): CheckLine => {
      const one = seen[open.indexOf(check)];
      return one ? laterLine(check, one, first) : { check: check.name, ...blocked(check, first)! };
    });
    report(next);
    lines.push(...next);
  }
  return { lines, control };
}

/** The baseline, and the asked exporter with everything sampled. */
export async function observeControl(bench: Bench, setting: Setting, signal: AbortSignal): Promise<Control> {
  const { command } = frontOf(setting.scenario.target);
  const { none, all } = controlLooks(setting);
  const looks = [none, all].filter((look) => look !== undefined);
  const seen = await observeTogether(bench, setting, looks, signal);
  return {
    ownSdk: command?.ownSdk === true,
    noneCommand: command?.noneCommand,
    baseline: none && seen[0],
    traced: all && seen.at(-1),
  };
}

/** Side by side, because the services share a core. All that is asked of processes has one time limit. */
function observeTogether(
  bench: Bench,
  setting: Setting,
  looks: readonly Look[],
  signal: AbortSignal,
): Promise<Observation[]> {
  const { startMs } = stageTimes(setting, setting.plan.trials.slice(0, 1));
  bench.deadline.begin("control", startMs + SEND_WITHIN_MS + WAIT_MS + 2 * FLUSH_AT_EXIT_MS);
  return Promise.all(looks.map((look) => observe(bench, setting, look, signal)));
}
