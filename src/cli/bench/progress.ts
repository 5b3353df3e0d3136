import { createLogUpdate } from "log-update";
import type { Trial } from "../../plan/trial.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { plannedDurationMs } from "../../plan/duration.ts";

/** First guess of what start, flush and shutdown of a group take. */
const FIRST_GUESS_OVERHEAD_MS = 1200;

/** Prints on stderr how far a run is: one line that is rewritten on a terminal, else a line for each group. */
export class Progress {
  readonly #scenario: Pick<Scenario, "warmupMs" | "durationMs">;
  readonly #line: (text: string) => void;
  readonly #end: () => void;
  /** Expected length of what follows these trials, in ms. */
  #overheadMs = FIRST_GUESS_OVERHEAD_MS;
  #group: { readonly startedMs: number; readonly loadMs: number } | undefined;
  #left: Trial[];

  constructor(
    scenario: Scenario,
    trials: readonly Trial[],
    { quiet }: { readonly quiet: boolean },
    stream: NodeJS.WriteStream = process.stderr,
  ) {
    this.#scenario = scenario;
    this.#left = [...trials];
    const log = createLogUpdate(stream);
    if (quiet) [this.#line, this.#end] = [() => undefined, () => undefined];
    else if (stream.isTTY) [this.#line, this.#end] = [log, () => log.clear()];
    else [this.#line, this.#end] = [(text) => stream.write(`${text}\n`), () => undefined];
  }

  /** Expected length of what is left, in ms. */
  get leftMs(): number {
    return plannedDurationMs({ trials: this.#left }, this.#scenario, this.#overheadMs);
  }

  starting(group: readonly Trial[], done: number, total: number): void {
    const [first] = group;
    const who = group.length > 1 ? `${group.length} variants side by side` : first!.variant;
    const left = formatAbout(this.leftMs);
    this.#line(
      `round ${first!.round} · ${first!.phase} · ${who} · ${done} of ${total} groups done · about ${left} left`,
    );
    this.#group = { startedMs: performance.now(), loadMs: this.#loadMs(group) };
  }

  finished(trials: readonly Trial[]): void {
    const ids = new Set(trials.map(({ id }) => id));
    this.#left = this.#left.filter(({ id }) => !ids.has(id));
    const overheadMs = performance.now() - this.#group!.startedMs - this.#group!.loadMs;
    this.#overheadMs += (overheadMs - this.#overheadMs) / 3;
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

  #loadMs([first]: readonly Trial[]): number {
    const phase = first!.phase;
    return this.#scenario.warmupMs[phase] + this.#scenario.durationMs[phase];
  }
}

/** `40 s`, `2 min`, `1 min 40 s`. */
export function formatAbout(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
