/** Reads values of parsed JSON that is not trusted. null is absent; a value of another type than expected throws `Malformed`. */
import type { SpanRows } from "../count/span-rows.ts";
import { Malformed } from "./malformed.ts";

export type Json = Readonly<Record<string, unknown>>;

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    throw new Malformed("JSON: it cannot be parsed");
  }
}

export function readObject(value: unknown): Json {
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new Malformed("JSON: expected an object");
  return value as Json;
}

export function readArray(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new Malformed("JSON: expected an array");
  return value;
}

export function readString(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") throw new Malformed("JSON: expected a string");
  return value;
}

/** A whole number of up to 64 bits, as text or as a number. */
export function readUint64(value: unknown): bigint {
  if (value === null || value === undefined) return 0n;
  const isWhole = typeof value === "string" ? /^\d{1,20}$/.test(value) : Number.isInteger(value);
  const whole = isWhole ? BigInt(value as string | number) : -1n;
  if (whole < 0n || whole >= 2n ** 64n) throw new Malformed("JSON: expected a whole number of 64 bits");
  return whole;
}

/** Sets an id of 16 hexadecimal digits for each of `fields`. */
export function setHexId(rows: SpanRows, value: unknown, ...fields: readonly number[]): void {
  const text = readString(value);
  if (text === "") return;
  if (text.length !== fields.length * 16 || !/^[0-9a-f]+$/i.test(text)) {
    throw new Malformed(`JSON: expected an id of ${fields.length * 16} hexadecimal digits`);
  }
  fields.forEach((field, place) => {
    const at = place * 16;
    rows.setWide(field, parseInt(text.slice(at, at + 8), 16), parseInt(text.slice(at + 8, at + 16), 16));
  });
}

/** An enum's value by its number or its name; a value that is not known is unspecified, 0. */
export function readEnum(value: unknown, names: readonly string[]): number {
  if (typeof value === "string") return Math.max(0, names.indexOf(value));
  if (value !== null && value !== undefined && typeof value !== "number") throw new Malformed("JSON: expected an enum");
  return names[value ?? 0] === undefined ? 0 : (value ?? 0);
}
