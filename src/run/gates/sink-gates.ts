/** What came to the sink and was not a span of this trial. */
import type { Warning } from "../../record/trial-record.ts";
import type { Readings } from "../measure/readings.ts";

/** Background work of a service makes some traces of its own. */
const TRACES_BEYOND_REQUESTS = 0.01;

export function strangers({ sink }: Readings): Warning | undefined {
  if (sink?.strangers === undefined || sink.strangers === 0) return undefined;
  return {
    code: "strangers",
    message: `${sink.strangers} export requests did not have the secret of this trial and were refused: another program sent them, or an exporter that drops the path or metadata of its endpoint`,
    fix: "end programs on this machine that export spans to ports of 127.0.0.1; let a service's exporter use OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and _HEADERS as they are",
  };
}

export function malformedRequests({ sink }: Readings): Warning | undefined {
  const refused = Object.entries(sink?.malformed ?? {});
  if (refused.length === 0) return undefined;
  const counts = refused.map(([status, count]) => `${count} with ${status}`).join(", ");
  return {
    code: "malformed-requests",
    message: `the sink refused export requests that were malformed or cut off: ${counts}`,
    fix: "look at the exporter: 404 is a wrong path, 413 too large a batch, 499 a connection closed before its end",
  };
}

/** Where the SDK's own ledger is missing, spans of others would not show otherwise. */
export function tracesBeyondRequests({ outside, loadResult, target }: Readings): Warning | undefined {
  const requests = loadResult.lifetime.sent + (target?.probes ?? 0);
  if (outside?.traces === undefined || outside.traces <= requests) return undefined;
  return {
    code: "traces-beyond-requests",
    message: `${outside.traces} traces arrived of ${requests} requests`,
    fix: "turn off spans of the service's background work, and look whether something else talks to it",
    invalidates: outside.traces > (1 + TRACES_BEYOND_REQUESTS) * requests,
  };
}
