/**
 * What "failed" means, everywhere in this project: a request fails where OpenTelemetry calls it an error, which is where
 * a span of its trace has the status ERROR. Tail samplers see that status (tail:errors), and a recording is judged by it.
 *
 * A driver sees no spans, and most of them are dropped anyway; it knows the answer. By the semantic conventions for HTTP
 * ("Status" of https://opentelemetry.io/docs/specs/semconv/http/http-spans/) a server's 5xx is an error and its 4xx is
 * none, so live the first 500 counts. An application may know better and mark its own spans, as a shop does that calls a
 * declined card (402) an error: such a request says so itself, by `fails` in its template.
 * Where the two disagree in a trace that arrived whole, the judge counts it, and the report tells.
 */
import type { RequestTable } from "../load/job.ts";

const FIRST_SERVER_ERROR = 500;

/** OTLP's StatusCode. */
const STATUS_ERROR = 2;

export function failedByAnswer(status: number, { fails = false }: RequestTable["templates"][number]): boolean {
  return fails || status >= FIRST_SERVER_ERROR;
}

export function failedBySpans(statuses: Iterable<number>): boolean {
  for (const status of statuses) if (status === STATUS_ERROR) return true;
  return false;
}
