import type { SpanCounts } from "../protocol.ts";

/** Our figure, what the SDK's own metrics call it, and how to pick it from `otel.sdk.*`. */
const PAIRS: readonly (readonly [
  what: string,
  ours: (counts: SpanCounts) => number,
  metric: string,
  label?: string,
])[] = [
  ["sampled", (counts) => counts.sampled, "otel.sdk.span.started", "RECORD_AND_SAMPLE"],
  ["unsampled", (counts) => counts.unsampled, "otel.sdk.span.started", "DROP"],
  ["recordOnly", (counts) => counts.recordOnly, "otel.sdk.span.started", "RECORD_ONLY"],
  ["unended", (counts) => counts.unended, "otel.sdk.span.live", "RECORD_AND_SAMPLE"],
  ["queueFull", (counts) => counts.queueFull, "otel.sdk.processor.span.processed", "error.type=queue_full"],
  ["exported", (counts) => counts.exported, "otel.sdk.processor.span.processed"],
  ["exported", (counts) => counts.exported, "otel.sdk.exporter.span.exported"],
];

/**
 * Where the SDK's own metrics and our books disagree, one line each. Empty where they agree or there are none.
 * A difference is a finding about the SDK, not necessarily a mistake: it counts a batch that failed without an
 * error as processed, and one that its processor gave up on as whatever the exporter says later.
 */
export function differencesFromSdk(counts: SpanCounts): string[] {
  const metrics = Object.entries(counts.sdkMetrics);
  return PAIRS.flatMap(([what, ours, metric, label]) => {
    const matching = metrics.filter(([name]) => isFigure(name, metric, label));
    if (!metrics.some(([name]) => nameOf(name) === metric)) return [];
    const theirs = matching.reduce((sum, [, value]) => sum + value, 0);
    const own = ours(counts);
    const called = label === undefined ? metric : `${metric} (${label})`;
    return own === theirs ? [] : [`${what}: ${own} by the harness, ${theirs} by the SDK's ${called}`];
  });
}

function isFigure(name: string, metric: string, label: string | undefined): boolean {
  if (nameOf(name) !== metric) return false;
  return label === undefined ? !name.includes("error.type=") : labels(name).some((each) => each.endsWith(label));
}

function nameOf(name: string): string {
  return name.split("{", 1)[0]!;
}

function labels(name: string): string[] {
  return name.slice(nameOf(name).length + 1, -1).split(",");
}
