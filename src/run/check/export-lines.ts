/** Whether exporter, processor and sampler are those that were asked, and the queue is flushed. */
import { formatDuration } from "../../base/units.ts";
import { encodingOf, otherExporter } from "../gates/own-sdk-gates.ts";
import { allowedDifference } from "../gates/sampling-gate.ts";
import { count as countOf, ok, unknown, VARIABLES, wrong, type CheckLine } from "./check-line.ts";
import { batchInCode, flushFix } from "./causes.ts";
import { tracesOf, type Observation } from "./observation.ts";

const TWICE_EXPORTED =
  "set up one span processor with one exporter: NodeSDK takes either traceExporter or spanProcessors";

export function exporterLine({ variant, result, facts }: Observation): CheckLine | undefined {
  const asked = encodingOf(variant.exporter!);
  const { received, duplicates, batches } = result.counts;
  // the backend of a check answers at once: nothing is sent again
  if (duplicates > 0)
    return wrong("exporter", `${duplicates} of ${received} spans were exported more than once`, TWICE_EXPORTED);
  const other = Object.keys(result.counts.encodings).filter((encoding) => encoding !== asked);
  const exporters = facts?.processors.flatMap((one) => one.exporter ?? []) ?? [];
  if (exporters.length > 1)
    return wrong(
      "exporter",
      `${exporters.join(" and ")} export the same spans: all figures pay for both`,
      TWICE_EXPORTED,
    );
  if (other.length === 0) return ok("exporter", `${asked}, as asked, in ${countOf(batches, "export")}`);
  return wrong("exporter", ...otherExporter(variant.exporter!, other));
}

/** Asked: batches of `batch` spans, and a delay that is over long before the end. */
export function processorLine({ variant, result, receivedAlive, facts }: Observation): CheckLine | undefined {
  const asked = variant.processor!.kind.batching?.(variant.processor!.config);
  if (asked === undefined) return undefined;
  const { received, largestBatch, batches } = result.counts;
  const check = "batch settings";
  const [inCode] = batchInCode({ variant, facts });
  if (inCode !== undefined) return wrong(check, inCode.what, inCode.fix);
  if (largestBatch > asked.batch)
    return wrong(
      check,
      `batches of at most ${asked.batch} spans were asked, and one of ${largestBatch} arrived`,
      VARIABLES,
    );
  if (received > receivedAlive) {
    const text = `a delay of ${formatDuration(asked.delayMs)} was asked, and ${received - receivedAlive} of ${received} spans came only as the service ended: a longer delay is set in code`;
    return wrong(check, text, VARIABLES);
  }
  if (batches === received && received > asked.batch)
    return wrong(
      check,
      "each span is exported alone: a SimpleSpanProcessor is set in code",
      "use a BatchSpanProcessor, or remove it from the code",
    );
  const delay = formatDuration(asked.delayMs);
  return ok(
    check,
    `for the check ${asked.batch} spans a batch and ${delay}: at most ${largestBatch} came, within the delay`,
  );
}

/** Asked: a batch that never fills, and a delay that is never over. `keptShare`: of the requests that had a trace with usual batch settings. */
export function flushLine(flushed: Observation, keptShare: number): CheckLine {
  const { result, receivedAlive, answered, listeners } = flushed;
  const { received } = result.counts;
  const check = "flush at exit";
  if (receivedAlive > 0 && receivedAlive === received)
    return unknown(check, "the service exports sooner than was asked, so nothing was left to flush");
  const { served } = tracesOf(flushed);
  if (served >= answered) {
    const text = `${countOf(received - receivedAlive, "span")} of ${countOf(answered, "request")} came after SIGTERM`;
    return ok(check, text);
  }
  const late = received - receivedAlive;
  // of 20 requests one at least is kept by a half
  if (keptShare < 1 && (late > 0 || keptShare < 0.5))
    return unknown(check, "requests have no trace with usual batch settings, either: mend that first");
  const came = late === 0 ? "no span" : countOf(late, "span");
  const lost = `spans of ${answered - served} of ${countOf(answered, "request")} are lost`;
  const text = `the service ends without exporting its queue: after SIGTERM ${came} came, and ${lost}. A run waits for the batch delay before it ends the service, so its figures hold; a restart in production loses spans`;
  return wrong(check, text, flushFix(listeners));
}

/** `isLossy`: the processor may lose spans, so that fewer arrive than the sampler keeps. */
export function samplerLine(sampled: Observation, isLossy: boolean): CheckLine | undefined {
  const { answered, probes } = sampled;
  const { sampler } = sampled.variant;
  const check = `sampler ${sampler.text}`;
  const share = sampler.kind.probability?.(sampler.config);
  if (share === undefined) return unknown(check, "it has no fixed share");
  const kept = tracesOf(sampled).served;
  const allowed = allowedDifference(share, answered + probes) + probes;
  const expected = `${(share * answered).toFixed(0)} ± ${allowed.toFixed(0)}`;
  const text = `${kept} of ${countOf(answered + probes, "request")} kept, expected ${expected}`;
  if (Math.abs(kept - share * answered) <= allowed) return ok(check, text);
  if (isLossy && kept < share * answered) return unknown(check, `${text}: the queue may have lost the others`);
  return wrong(check, text, `the sampler is set in code: let it read OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG`);
}
