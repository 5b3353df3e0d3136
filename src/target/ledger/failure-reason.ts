/** One name for the errors of all exporters with the same cause. */
const BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/timed? ?out|deadline exceeded|ETIMEDOUT/i, "timeout"],
  [/concurrent export limit|concurrency limit/i, "concurrency limit"],
  [/ECONNREFUSED/, "connection refused"],
  [/ECONNRESET|EPIPE|socket hang up|RST_STREAM|Connection dropped/i, "connection reset"],
  [/has been (shutdown|stopped)|exporter (is )?shut ?down/i, "exporter shut down"],
];

/** https://grpc.io/docs/guides/status-codes/ */
const GRPC_STATUS: Readonly<Record<number, string>> = {
  1: "CANCELLED",
  2: "UNKNOWN",
  3: "INVALID_ARGUMENT",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  10: "ABORTED",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  15: "DATA_LOSS",
  16: "UNAUTHENTICATED",
};

/**
 * Why an export failed, in the same few words for every batch: "timeout", "http 503", "connection refused".
 * `latestStatus` stands in for the status that the OTLP/HTTP exporter drops when its retries fail.
 */
export function failureReason(error: Error | undefined, latestStatus: number | undefined): string {
  if (error === undefined) return "no reason given";
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "number" && code >= 300) return `http ${code}`;
  const text = `${typeof code === "string" ? code : ""} ${error.message}`;
  const known = BY_MESSAGE.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  if (typeof code === "number") return `grpc ${GRPC_STATUS[code] ?? code}`;
  if (/retryable status/.test(error.message))
    return latestStatus === undefined ? "retries in vain" : `http ${latestStatus}`;
  const status = /status code[^0-9]*(\d{3})/.exec(error.message)?.[1];
  return status === undefined ? error.message.slice(0, 80) || error.name : `http ${status}`;
}
