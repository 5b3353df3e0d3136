/** What is wrong, and what to do about it. */
export interface Cause {
  readonly what: string;
  readonly fix: string;
  /** It is one of several that would look the same. */
  readonly isGuess?: boolean;
}

export const cause = (what: string, fix: string): Cause[] => [{ what, fix }];

export const ENDPOINT =
  "set no address in code, or take OTEL_EXPORTER_OTLP_TRACES_ENDPOINT as it is, or OTEL_EXPORTER_OTLP_ENDPOINT with /v1/traces behind it (gRPC: as it is)";
export const FROM_VARIABLES = "leave it out of code and command, so that OTEL_* variables decide";

/** The causes in one line. Guesses are named as such. */
export function causeText(causes: readonly Cause[]): string {
  const [guesses = [], sure = []] = [true, false].map((guess) =>
    causes.filter(({ isGuess = false }) => isGuess === guess),
  );
  if (guesses.length < 2) return listText([...guesses, ...sure]);
  const all = `one of these, the likeliest first: ${listText(guesses)}`;
  return sure.length === 0 ? all : `${all} And in any case: ${listText(sure)}`;
}

function listText(causes: readonly Cause[]): string {
  const texts = causes.map(({ what, fix }) => `${what}. Fix: ${fix}`);
  return texts.length === 1 ? texts[0]! : texts.map((text, at) => `(${at + 1}) ${text}`).join(" ");
}
