/** Ids come in hexadecimal of any length (64-bit Zipkin and Jaeger ids), in base64 (protobuf's own JSON), or as any text. */

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;
const HEX = /^[0-9a-f]+$/;

export interface ReadId {
  /** Lower-case hexadecimal, padded with zeros in front. */
  readonly id: string;
  /** It was neither hexadecimal nor base64 of the right length, and was replaced by its hash. */
  readonly isOdd: boolean;
}

export const traceIdOf = (value: unknown): ReadId | undefined => idOf(value, TRACE_DIGITS);
export const spanIdOf = (value: unknown): ReadId | undefined => idOf(value, SPAN_DIGITS);

/** Undefined for what is no id: nothing, no text, or all zeros. */
function idOf(value: unknown, digits: number): ReadId | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const lower = value.length <= digits ? value.toLowerCase() : value;
  if (lower.length <= digits && HEX.test(lower)) {
    const id = lower.padStart(digits, "0");
    return /[^0]/.test(id) ? { id, isOdd: false } : undefined;
  }
  const bytes = fromBase64(value, digits / 2);
  if (bytes !== undefined)
    return bytes.some((byte) => byte !== 0) ? { id: bytes.toString("hex"), isOdd: false } : undefined;
  return { id: hashed(value, digits), isOdd: true };
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
