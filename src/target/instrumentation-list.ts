/** Has all of OpenTelemetry's instrumentations for Node. */
export const ALL = "@opentelemetry/auto-instrumentations-node";
export const PREFIX = "@opentelemetry/instrumentation-";

/** Which libraries are instrumented. */
export interface InstrumentationList {
  /** Those that `ALL` enables, and Fastify. */
  readonly all: boolean;
  /** Names left out of all. */
  readonly without: readonly string[];
  /** Names such as `http`, and packages such as `@prisma/instrumentation`. */
  readonly names: readonly string[];
}

/** Reads `auto`, `auto-dns` (all but dns), `none`, or names separated by commas. */
export function readInstrumentationList(text: string): InstrumentationList {
  const words = text.split(",").map((word) => word.trim());
  const isAll = (word: string): boolean => /^auto(?:-|$)/.test(word);
  return {
    all: words.some(isAll),
    without: words.flatMap((word) => (word.startsWith("auto-") ? [word.slice("auto-".length)] : [])),
    names: words.filter((word) => !isAll(word) && word !== "none"),
  };
}

/** The package of an instrumentation. */
export function packageOf(name: string): string {
  if (name === "fastify") return "@fastify/otel";
  return name.includes("/") ? name : PREFIX + name;
}
