/** Why exports of a service do not arrive, by what the sink has refused and what the SDK says. */
import { HTTP2_REFUSAL, TLS_REFUSAL } from "../../sink/receive/http-server.ts";
import { cause, type Cause, ENDPOINT } from "./cause.ts";
import type { Observation } from "./observation.ts";

/** What the sink has refused. */
export function refused({ result }: Observation): Cause[] {
  const [reason] = result.refusals;
  if (reason === undefined) return [];
  if (reason === HTTP2_REFUSAL)
    return cause(
      "the service sends gRPC to the port of OTLP/HTTP",
      "use the OTLP/HTTP exporter, or measure with --exporter otlp-grpc",
    );
  if (reason === TLS_REFUSAL) return cause(HTTPS, ENDPOINT);
  if (reason.startsWith("HTTP/2: "))
    return cause(
      "the service sends OTLP/HTTP to the port of gRPC",
      "use the gRPC exporter, or measure with --exporter otlp-http/protobuf",
    );
  return cause(`the service's exports are refused: ${reason}`, ENDPOINT);
}

const REFUSED =
  /(?:ECONNREFUSED (?:::ffff:)?(\S+:\d+))|host='?([^',)]+)'?, port=(\d+)[\s\S]*?(?:refused)|(?:connection refused|UNAVAILABLE)[\s\S]{0,200}?((?:127\.0\.0\.1|localhost|\[::1\]):\d+)|((?:127\.0\.0\.1|localhost|\[::1\]):\d+)[\s\S]{0,200}?(?:connection refused|UNAVAILABLE)/i;
const STATUS = /(?:Failed to export[^\n]*code: (\d{3})|"code":"?(\d{3}))/;

const HTTPS = "the service sends its spans by https to a port that speaks plain HTTP";
/** Other errors of an export; a group is the host. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/EPROTO|WRONG_VERSION_NUMBER/, HTTPS],
  [/(?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)|Failed to resolve '([^']+)'/, "the service sends its spans to an unknown host: "],
];

/** What the SDK says of its exports. */
export function undelivered({ facts, output }: Observation): Cause[] {
  const said = [...(facts?.messages ?? []), output].join("\n");
  const connection = REFUSED.exec(said);
  if (connection !== null) {
    const [, node, host, port, before, after] = connection;
    const where = node ?? before ?? after ?? `${host}:${port}`;
    return cause(`nothing listens where the service sends its spans: ${where}`, ENDPOINT);
  }
  for (const [pattern, what] of SAID) {
    const match = pattern.exec(said);
    if (match !== null) return cause(`${what}${match[1] ?? match[2] ?? ""}`, ENDPOINT);
  }
  const [, python, node] = STATUS.exec(said) ?? [];
  const status = python ?? node;
  if (status === undefined) return [];
  return cause(`what the service sends its spans to answers ${status}`, ENDPOINT);
}
