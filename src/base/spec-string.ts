/**
 * The grammar of every spec string on the command line and in scenario files:
 *
 *     spec  = kind [ ":" item *( "," item ) ]
 *     item  = value              the main value; only the first item can be one
 *           | key "=" value
 *           | flag               a key whose field is a flag
 *     value = plain text, or "quoted text", or (a nested spec)
 *
 * A comma within quotes or parentheses does not separate.
 */
import { UserError } from "./problem.ts";

/** The raw words of a spec string, before any kind has given them a meaning. */
export interface RawSpec {
  readonly kind: string;
  readonly items: readonly { readonly key: string | undefined; readonly value: string }[];
}

export function readSpec(text: string): RawSpec {
  const colon = text.indexOf(":");
  if (colon === -1) return { kind: text.trim(), items: [] };
  const items = splitOutside(text.slice(colon + 1), ",").map((item) => {
    const [key, ...rest] = splitOutside(item, "=");
    const isPair = rest.length > 0 && /^[a-z][a-z_]*$/.test(key!);
    return isPair ? { key: key!, value: unwrap(rest.join("=")) } : { key: undefined, value: unwrap(item) };
  });
  return { kind: text.slice(0, colon).trim(), items };
}

/** Wraps a value so that `readSpec` gives it back unchanged: in parentheses, or in quotes if those would not do. */
export function quote(value: string): string {
  if (value !== "" && value === value.trim() && !/[",()\\]|^[a-z][a-z_]*=/.test(value)) return value;
  if (isBalanced(value)) return `(${value})`;
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function isBalanced(value: string): boolean {
  if (/["\\]/.test(value)) return false;
  let depth = 0;
  for (const char of value) {
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === "\\") i++;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
    if (depth < 0) throw new UserError(`"${text}": a ")" without its "("`);
  }
  if (quoted) throw new UserError(`"${text}": a quote that does not end`);
  if (depth > 0) throw new UserError(`"${text}": a "(" without its ")"`);
  return [...parts, text.slice(start)];
}

function unwrap(value: string): string {
  const trimmed = value.trim();
  if (trimmed.startsWith('"') && trimmed.endsWith('"') && trimmed.length >= 2) {
    return trimmed.slice(1, -1).replaceAll(/\\(.)/g, "$1");
  }
  if (trimmed.startsWith("(") && trimmed.endsWith(")")) return trimmed.slice(1, -1);
  return trimmed;
}
