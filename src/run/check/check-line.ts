/** What one check found, or one cause of it. `unknown`: it cannot be seen. */
export interface Verdict {
  readonly word: "ok" | "wrong" | "unknown" | "not checked";
  readonly text: string;
  readonly fix?: string;
  /** A cause that is one of several that would look the same. */
  readonly isGuess?: boolean;
}

/** A line of `bench --check`. */
export interface CheckLine extends Verdict {
  readonly check: string;
}

export const ok = (text: string): Verdict => ({ word: "ok", text });
export const unknown = (text: string): Verdict => ({ word: "unknown", text });
export const wrong = (text: string, fix: string): Verdict => ({ word: "wrong", text, fix });
export const notChecked = (reason: string): Verdict => ({ word: "not checked", text: `because ${reason}` });

/** `1 span`, `2 spans`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The fix for what is set in code. */
export const VARIABLES = "leave this setting out of code and command, so that OTEL_* variables decide";
export const ENDPOINT =
  "set no address in code, or take OTEL_EXPORTER_OTLP_TRACES_ENDPOINT as it is, or OTEL_EXPORTER_OTLP_ENDPOINT with /v1/traces behind it (gRPC: as it is)";

/** The causes in one line. Guesses are named as such. */
export function causeText(causes: readonly Verdict[]): string {
  const { true: guesses = [], false: sure = [] } = Object.groupBy(causes, ({ isGuess = false }) => String(isGuess));
  if (guesses.length < 2) return listText([...guesses, ...sure]);
  const all = `one of these, the likeliest first: ${listText(guesses)}`;
  return sure.length === 0 ? all : `${all} And in any case: ${listText(sure)}`;
}

function listText(causes: readonly Verdict[]): string {
  const texts = causes.map(({ text, fix }) => `${text}. Fix: ${fix}`);
  return texts.length === 1 ? texts[0]! : texts.map((text, at) => `(${at + 1}) ${text}`).join(" ");
}
