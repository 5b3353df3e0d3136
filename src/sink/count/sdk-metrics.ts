import { decodeSums, type SumPoint } from "../decode/otlp-metrics.ts";
import type { SdkSpanCounts } from "../protocol.ts";

const STARTED = "otel.sdk.span.started";
const LIVE = "otel.sdk.span.live";
const PROCESSED = "otel.sdk.processor.span.processed";
const EXPORTED = "otel.sdk.exporter.span.exported";
const KNOWN = new Set([STARTED, LIVE, PROCESSED, EXPORTED]);
const RESULT = "otel.span.sampling_result";

/** The latest totals of each process's metrics of its own SDK. */
export class SdkMetrics {
  readonly #totals = new Map<string, SumPoint>();

  /** Takes one `ExportMetricsServiceRequest`. Throws `Malformed`. */
  add(body: Uint8Array): void {
    for (const point of decodeSums(body)) {
      if (!KNOWN.has(point.metric)) continue;
      const attributes = JSON.stringify(
        Object.entries(point.attributes)
          .map((pair) => pair.join("="))
          .toSorted(),
      );
      const key = [point.resource, point.metric, point.isDelta ? "" : point.start, attributes].join("\n");
      const before = point.isDelta ? (this.#totals.get(key)?.value ?? 0) : 0;
      this.#totals.set(key, { ...point, value: before + point.value });
    }
  }

  counts(): SdkSpanCounts | undefined {
    const all = [...this.#totals.values()];
    const started = all.filter(({ metric }) => metric === STARTED);
    if (started.length === 0) return undefined;
    const sums = (name: string, attribute: string): Record<string, number> =>
      by(
        all.filter(({ metric }) => metric === name),
        attribute,
      );
    const results = by(started, RESULT);
    return {
      processes: new Set(started.map(({ resource }) => resource)).size,
      dropped: results["DROP"] ?? 0,
      recordOnly: results["RECORD_ONLY"] ?? 0,
      sampled: results["RECORD_AND_SAMPLE"] ?? 0,
      live: sums(LIVE, RESULT)["RECORD_AND_SAMPLE"] ?? 0,
      processed: sums(PROCESSED, "error.type"),
      exported: sums(EXPORTED, "error.type"),
    };
  }
}

/** Sums by the value of an attribute; "" without it. */
function by(points: readonly SumPoint[], attribute: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { attributes, value } of points) {
    const key = attributes[attribute] ?? "";
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}
