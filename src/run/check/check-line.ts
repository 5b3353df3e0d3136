/** `unknown`: it cannot be seen. */
export interface CheckLine {
  readonly word: "ok" | "wrong" | "unknown";
  readonly check: string;
  readonly text: string;
  readonly fix?: string;
}

export const ok = (check: string, text: string): CheckLine => ({ word: "ok", check, text });
export const unknown = (check: string, text: string): CheckLine => ({ word: "unknown", check, text });
export const wrong = (check: string, text: string, fix: string): CheckLine => ({ word: "wrong", check, text, fix });

/** `1 span`, `2 spans`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The fix for what is set in code. */
export const VARIABLES = "let the SDK read OTEL_* variables, and set nothing of it in code";
