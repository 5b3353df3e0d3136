/** Whether exporter, processor and sampler are those that were asked, and the queue is flushed. */
import { formatDuration } from "../../base/units.ts";
import { encodingOf, otherExporter } from "../gates/own-sdk-gates.ts";
import { count as countOf, ok, unknown, VARIABLES, wrong, type Verdict } from "./check-line.ts";
import { flushFix } from "./causes.ts";
import { tracesOf, type Observation } from "./observation.ts";
import { batchFaults } from "./set-up.ts";

const ONE_EXPORTER = "set up one span processor with one exporter";

export function exporterVerdict({ variant, result, facts }: Observation): Verdict {
  const asked = encodingOf(variant.exporter!);
  const { received, duplicates, batches } = result.counts;
  // the backend of a check answers at once: nothing is sent again
  if (duplicates > 0)
    return wrong(`${duplicates} of ${received} spans were exported more than once`, oneExporter(facts));
  const other = Object.keys(result.counts.encodings).filter((encoding) => encoding !== asked);
  const exporters = facts?.processors?.flatMap((one) => one.exporter ?? []) ?? [];
  if (exporters.length > 1)
    return wrong(`${exporters.join(" and ")} export the same spans: all figures pay for both`, oneExporter(facts));
  if (other.length === 0) return ok(`${asked}, as asked, in ${countOf(batches, "export")}`);
  return wrong(...otherExporter(variant.exporter!, other));
}

function oneExporter(facts: Observation["facts"]): string {
  if (facts === undefined || facts.isPython === true) return ONE_EXPORTER;
  return `${ONE_EXPORTER}: NodeSDK takes either traceExporter or spanProcessors`;
}

/** Asked: batches of `batch` spans, and a delay that is over long before the end. */
export function processorVerdict({ variant, result, receivedAlive, facts }: Observation): Verdict {
  const asked = variant.processor!.kind.batching!(variant.processor!.config);
  const { received, largestBatch, batches } = result.counts;
  const [inCode] = batchFaults({ variant, facts });
  if (inCode !== undefined) return inCode;
  if (largestBatch > asked.batch)
    return wrong(`batches of at most ${asked.batch} spans were asked, and one of ${largestBatch} arrived`, VARIABLES);
  if (received > receivedAlive) {
    const text = `a delay of ${formatDuration(asked.delayMs)} was asked, and ${received - receivedAlive} of ${received} spans came only as the service ended: a longer delay is set in code`;
    return wrong(text, VARIABLES);
  }
  if (batches === received && received > asked.batch)
    return wrong(
      "each span is exported alone: a SimpleSpanProcessor is set in code",
      "use a BatchSpanProcessor, or remove it from the code",
    );
  const delay = formatDuration(asked.delayMs);
  return ok(`for the check ${asked.batch} spans a batch and ${delay}: at most ${largestBatch} came, within the delay`);
}

/** Asked: a batch that never fills, and a delay that is never over. `isLossy`: a queue may be too small for what it gets. */
export function flushVerdict(flushed: Observation, isLossy: boolean): Verdict {
  const { result, receivedAlive, answered } = flushed;
  const { received } = result.counts;
  if (receivedAlive > 0 && receivedAlive === received)
    return unknown("the service exports sooner than was asked, so nothing was left to flush");
  const { served } = tracesOf(flushed);
  if (served >= answered) return ok(`the spans of ${countOf(answered, "request")} came after SIGTERM`);
  const late = received - receivedAlive;
  if (isLossy && late > 0) return unknown("the queue may have lost spans before the end");
  const came = late === 0 ? "no span" : countOf(late, "span");
  const lost = `spans of ${answered - served} of ${countOf(answered, "request")} are lost`;
  const text = `the service ends without exporting its queue: after SIGTERM ${came} came, and ${lost}. A run waits for the batch delay before it ends the service, so its figures hold; a restart in production loses spans`;
  return wrong(text, flushFix(flushed));
}
