import { createLogUpdate } from "log-update";
import type { Plan, Trial } from "../../plan/plan.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { loadMs, plannedDurationMs, type Windows } from "../../plan/duration.ts";
import type { Phase } from "../../spec/phases.ts";

/** Prints on stderr how far a run is: one line that is rewritten on a terminal, else a line for each group. */
export class Progress {
  readonly #scenario: Windows;
  readonly #plan: Pick<Plan, "sharesProcesses">;
  readonly #line: (text: string) => void;
  readonly #end: () => void;
  /** What groups took beside their load as planned, by phase; below 0 if they warmed up sooner. */
  readonly #overheadMs = new Map<Phase, number>();
  #group: { readonly startedMs: number; readonly loadMs: number; readonly phase: Phase } | undefined;
  #left: Trial[];

  constructor(
    scenario: Scenario,
    plan: Pick<Plan, "sharesProcesses">,
    trials: readonly Trial[],
    { quiet }: { readonly quiet: boolean },
    stream: NodeJS.WriteStream = process.stderr,
  ) {
    this.#scenario = scenario;
    this.#plan = plan;
    this.#left = [...trials];
    const log = createLogUpdate(stream);
    if (quiet) [this.#line, this.#end] = [() => undefined, () => undefined];
    else if (stream.isTTY) [this.#line, this.#end] = [log, () => log.clear()];
    else [this.#line, this.#end] = [(text) => stream.write(`${text}\n`), () => undefined];
  }

  /** Expected length of what is left, in ms. */
  get leftMs(): number {
    return plannedDurationMs({ ...this.#plan, trials: this.#left }, this.#scenario, this.#overheadMs);
  }

  starting(group: readonly Trial[], done: number, total: number): void {
    const [first] = group;
    const who = group.length > 1 ? `${group.length} variants side by side` : first!.variant;
    const left = formatAbout(this.leftMs);
    this.#line(
      `round ${first!.round} · ${first!.phase} · ${who} · ${done} of ${total} groups done · about ${left} left`,
    );
    const { phase } = first!;
    this.#group = { startedMs: performance.now(), loadMs: loadMs(this.#plan, phase, this.#scenario), phase };
  }

  finished(trials: readonly Trial[]): void {
    const ids = new Set(trials.map(({ id }) => id));
    this.#left = this.#left.filter(({ id }) => !ids.has(id));
    const { startedMs, loadMs, phase } = this.#group!;
    const overheadMs = performance.now() - startedMs - loadMs;
    const knownMs = this.#overheadMs.get(phase) ?? overheadMs;
    this.#overheadMs.set(phase, knownMs + (overheadMs - knownMs) / 3);
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
