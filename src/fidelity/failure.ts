/**
 * What "failed" means: OpenTelemetry calls a request an error if a span of its trace has the status ERROR. Tail samplers
 * see that status, and recordings are measured by it.
 * A driver knows the answer only. By the semantic conventions for HTTP ("Status" of
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/) a server's 5xx is an error and its 4xx is not. A template
 * with `fails` marks further answers as failures, such as a declined card (402).
 * Traces that arrived whole and disagree with their answer are counted and reported (`spanStatus`).
 */
import type { RequestColumns } from "./evidence.ts";

const FIRST_SERVER_ERROR = 500;

/** OTLP's StatusCode. */
const STATUS_ERROR = 2;

export function failedByAnswer(status: number, { fails = false }: RequestColumns["templates"][number]): boolean {
  return fails || status >= FIRST_SERVER_ERROR;
}

export function failedBySpans(statuses: Iterable<number>): boolean {
  for (const status of statuses) if (status === STATUS_ERROR) return true;
  return false;
}
