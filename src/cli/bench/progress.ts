import { createLogUpdate } from "log-update";
import type { Plan, Trial } from "../../plan/plan.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { plannedDurationMs } from "../../plan/duration.ts";

/** Prints on stderr how far a run is: one line that is rewritten on a terminal, else a line for each group. */
export class Progress {
  readonly #durationMs: (trials: readonly Trial[]) => number;
  readonly #line: (text: string) => void;
  readonly #end: () => void;
  #startedMs = NaN;
  /** Of the groups that are done. */
  #tookMs = 0;
  #plannedMs = 0;
  #left: Trial[];

  constructor(
    scenario: Scenario,
    plan: Pick<Plan, "sharesProcesses">,
    trials: readonly Trial[],
    { quiet }: { readonly quiet: boolean },
    stream: NodeJS.WriteStream = process.stderr,
  ) {
    this.#durationMs = (some) => plannedDurationMs({ ...plan, trials: some }, scenario);
    this.#left = [...trials];
    const log = createLogUpdate(stream);
    if (quiet) [this.#line, this.#end] = [() => undefined, () => undefined];
    else if (stream.isTTY) [this.#line, this.#end] = [log, () => log.clear()];
    else [this.#line, this.#end] = [(text) => stream.write(`${text}\n`), () => undefined];
  }

  /** Expected length of what is left, in ms: as planned, times what groups took so far over their plan. */
  get leftMs(): number {
    const pace = this.#plannedMs === 0 ? 1 : this.#tookMs / this.#plannedMs;
    return this.#durationMs(this.#left) * pace;
  }

  starting(group: readonly Trial[], done: number, total: number): void {
    const [first] = group;
    const who = group.length > 1 ? `${group.length} variants side by side` : first!.variant;
    const left = formatAbout(this.leftMs);
    this.#line(
      `round ${first!.round} · ${first!.phase} · ${who} · ${done} of ${total} groups done · about ${left} left`,
    );
    this.#startedMs = performance.now();
  }

  finished(trials: readonly Trial[]): void {
    const ids = new Set(trials.map(({ id }) => id));
    this.#left = this.#left.filter(({ id }) => !ids.has(id));
    this.#tookMs += performance.now() - this.#startedMs;
    this.#plannedMs += this.#durationMs(trials);
  }

  extended(trials: readonly Trial[]): void {
    this.#left.push(...trials);
  }

  print(text: string): void {
    this.#end();
    this.#line(text);
  }

  end(): void {
    this.#end();
  }
}

/** `40 s`, `2 min`, `1 min 40 s`. */
export function formatAbout(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
