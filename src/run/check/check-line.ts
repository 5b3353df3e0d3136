/** What one check found. `unknown`: it cannot be seen. */
export interface Verdict {
  readonly word: "ok" | "wrong" | "unknown" | "not checked";
  readonly text: string;
  readonly fix?: string;
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
export const VARIABLES = "let the SDK read OTEL_* variables, and set nothing of it in code or command";
