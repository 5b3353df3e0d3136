/** Looking into JSON of unknown shape: each gives what it asks for, or nothing. */

import type { Place } from "../problems.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A number, or text that is one. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** The same with keys in camelCase: protobuf's JSON may keep the names of the proto file. Attribute names are values there. */
export function withCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withCamelCase);
  const object = objectOf(value);
  if (object === undefined) return value;
  const camelCase = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [camelCase(key), withCamelCase(inner)]));
}

/** A value, and the key of the list in a document that it comes from. */
export interface FoundValue {
  readonly value: unknown;
  readonly key?: string | undefined;
  readonly place: Place;
}
