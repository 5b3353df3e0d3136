import { homedir } from "node:os";
import { escapeControls } from "./escape.ts";
import { mapTexts, Spec } from "./registry.ts";

const REDACTED = "[redacted]";
/** What stands for a home folder. */
const HOME = "[home]";
/** Matches what this module put in place of something. */
export const TAKEN_OUT = /\[(?:redacted|home)\]/;

const HEADER = "authorization|cookie";
const NAME = "key|token|secret|passw(?:or)?d|passphrase|pwd|credentials?|session[-_]?id|signature";
/** A word as a shell has it: quoted parts count as parts of it. `&` ends a query's value. */
const WORD = String.raw`(?:"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[^\s&"'])+`;
const HOMES = [homedir(), String.raw`/(?:home|Users)/[^\s/:"']+`].filter((home) => home.length > 1);

const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // `authorization: …` and `cookie=…`, to the end of the line
  [new RegExp(String.raw`((?:${HEADER})["']?\s*[:=]\s*)[^\n]+`, "gi"), `$1${REDACTED}`],
  // `api_key=…`, `"password": "…"`, `TOKEN_OF_CI=…`; but not base64 that ends in `key==`
  [new RegExp(String.raw`((?:${NAME})(?:[-_.]\w+)*["']?\s*[:=](?!=?$)\s*)${WORD}`, "gi"), `$1${REDACTED}`],
  // `--password …`
  [new RegExp(String.raw`((?:^|(?<=\s))--?[\w-]*(?:${NAME})\s+)${WORD}`, "gi"), `$1${REDACTED}`],
  [/\b(bearer\s+)[^\s"']+/gi, `$1${REDACTED}`],
  // the user and password of a URL
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"']+@/gi, `$1${REDACTED}@`],
  [new RegExp(String.raw`(?<![\w.-])(?:${HOMES.join("|")})(?=/)`, "g"), HOME],
];
/** The name of a field or header whose whole value is secret. */
const SECRET_FIELD = new RegExp(`(?:${HEADER}|${NAME})$`, "i");

/** The text without what a rule knows as a secret, and with control characters escaped. */
export function safeText(text: string): string {
  return RULES.reduce((safe, [pattern, replacement]) => safe.replaceAll(pattern, replacement), escapeControls(text));
}

/** A copy of data without what is undefined, in which every text is safe, names of fields too. Text from outside goes through here before it is recorded. */
export function withSafeTexts<T>(value: T): T {
  if (typeof value === "string") return safeText(value) as T;
  if (value instanceof Spec) return mapTexts(value, safeText) as T;
  if (Array.isArray(value)) return value.map((one) => withSafeTexts<unknown>(one)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (inner === undefined) return [];
      return [
        [safeText(key), typeof inner === "string" && SECRET_FIELD.test(key) ? REDACTED : withSafeTexts<unknown>(inner)],
      ];
    }),
  ) as T;
}
