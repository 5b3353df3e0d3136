/** Ids come in hexadecimal of any length (64-bit Zipkin and Jaeger ids), in base64 (protobuf's own JSON), or as any text. */
import type { Place, Problems } from "../problems.ts";

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;
const NO_TRACE = "0".repeat(TRACE_DIGITS);
const NO_SPAN = "0".repeat(SPAN_DIGITS);

/** Lower-case hexadecimal, padded with zeros in front; undefined if there is no id. An id that is neither hexadecimal nor base64 of the right length is replaced by its hash. */
export function traceIdOf(value: unknown, place?: Place, problems?: Problems): string | undefined {
  return idOf(value, TRACE_DIGITS, place, problems);
}

export function spanIdOf(value: unknown, place?: Place, problems?: Problems): string | undefined {
  return idOf(value, SPAN_DIGITS, place, problems);
}

function idOf(value: unknown, digits: number, place?: Place, problems?: Problems): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const padded = value.length < digits ? value.padStart(digits, "0") : value;
  const id = isLowerHex(padded) ? padded : lowerHex(padded);
  if (id?.length === digits) return id === NO_TRACE || id === NO_SPAN ? undefined : id;
  const bytes = fromBase64(value, digits / 2);
  if (bytes !== undefined) return bytes.some((byte) => byte !== 0) ? bytes.toString("hex") : undefined;
  if (place !== undefined) problems?.add("odd-id", place);
  return hashed(value, digits);
}

function lowerHex(text: string): string | undefined {
  const lower = text.toLowerCase();
  return isLowerHex(lower) ? lower : undefined;
}

const IS_LOWER_HEX = Uint8Array.from({ length: 128 }, (_, code) => Number(/[0-9a-f]/.test(String.fromCharCode(code))));

/** By a table, since every span has three ids. */
function isLowerHex(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (IS_LOWER_HEX[text.charCodeAt(at)] !== 1) return false;
  return true;
}

function fromBase64(text: string, length: number): Buffer | undefined {
  const withoutPadding = text.replace(/=+$/, "");
  if (withoutPadding.length !== Math.ceil((length * 4) / 3) || !/^[A-Za-z0-9+/_-]+$/.test(withoutPadding))
    return undefined;
  return Buffer.from(withoutPadding, "base64");
}

/** FNV-1a, one 32-bit word for each eight digits. */
function hashed(text: string, digits: number): string {
  let id = "";
  for (let word = 0; id.length < digits; word++) {
    let hash = 0x811c9dc5 ^ Math.imul(word, 0x9e3779b1);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    id += (hash >>> 0).toString(16).padStart(8, "0");
  }
  return id;
}
