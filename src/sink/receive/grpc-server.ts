import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { FromStranger, Malformed } from "../decode/malformed.ts";
import { retryDetails, successBody } from "./answers.ts";
import { listen, type Listener } from "./listener.ts";
import type { Exchange, Payload, RequestHandler } from "./request-handler.ts";

const EXPORT_PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
/** Metrics and logs, which a service exports unasked: answered, and not counted. */
const UNCOUNTED_PATH = /^\/opentelemetry\.proto\.collector\.(metrics|logs)\.v1\.\w+\/Export$/;
/** The metadata in which exporters send the secret. */
const SECRET_HEADER = "x-spantoll-receiver";
const PREFIX_BYTES = 5;
const CONTENT_TYPE = "application/grpc+proto";
/** gRPC's codes for HTTP statuses, as OTLP maps them; any other is UNKNOWN. */
const CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 12, // UNIMPLEMENTED
  413: 8, // RESOURCE_EXHAUSTED
  429: 8, // RESOURCE_EXHAUSTED
  500: 13, // INTERNAL
  501: 12, // UNIMPLEMENTED
  502: 14, // UNAVAILABLE
  503: 14, // UNAVAILABLE
  504: 14, // UNAVAILABLE
};
const UNKNOWN = 2;

/**
 * Serves OTLP/gRPC over HTTP/2 itself: one unary method needs little, and the conditions need the sockets.
 * Source: grpc.io, "gRPC over HTTP2".
 */
export async function startGrpcServer(handler: RequestHandler, port: number): Promise<Listener> {
  const server = createServer({ settings: { initialWindowSize: 1 << 20 } });
  server.on("session", (session) => {
    session.setLocalWindowSize(1 << 22);
    session.on("error", () => {});
  });
  server.on("sessionError", (error: NodeJS.ErrnoException) => {
    if (error.code?.startsWith("ERR_HTTP2")) handler.refuse(undefined, new Malformed(`HTTP/2: ${error.message}`));
  });
  server.on("stream", (stream, headers) => serve(stream, headers, handler));
  return listen(server, port);
}

function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, handler: RequestHandler): void {
  stream.on("error", () => {});
  const exchange = new GrpcExchange(stream, headers);
  if (UNCOUNTED_PATH.test(headers[":path"] ?? "")) {
    stream.on("end", () => exchange.succeed(0));
    stream.resume();
    return;
  }
  try {
    check(headers, handler.secret);
    handler.handle(exchange);
  } catch (error) {
    stream.resume();
    handler.refuse(exchange, error);
  }
}

function check(headers: IncomingHttpHeaders, secret: string): void {
  if (headers[SECRET_HEADER] !== secret) throw new FromStranger("the secret of this receiver is missing", 401);
  const type = headers["content-type"] ?? "";
  if (!/^application\/grpc(\+proto)?(;|$)/.test(type)) throw new Malformed(`content type ${type}`, 415);
  if (headers[":path"] !== EXPORT_PATH) throw new Malformed(`no such method: ${headers[":path"]}`, 404);
  if (headers[":method"] !== "POST") throw new Malformed(`${headers[":method"]} is not POST`, 405);
}

class GrpcExchange implements Exchange {
  readonly stream: ServerHttp2Stream;
  readonly ownsChunks = false;
  readonly #encoding: string;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.stream = stream;
    this.#encoding = String(headers["grpc-encoding"] ?? "identity");
  }

  /** A message is a byte that says whether it is compressed, its length in four, and its bytes; a unary call has one. */
  payload(body: Buffer): Payload {
    if (body.length < PREFIX_BYTES || body.readUInt32BE(1) !== body.length - PREFIX_BYTES || body[0]! > 1) {
      throw new Malformed("gRPC: not one whole message");
    }
    const isGzip = body[0] === 1;
    if (isGzip && this.#encoding !== "gzip") throw new Malformed(`gRPC: encoding ${this.#encoding}`, 501);
    return { exporter: "otlp-grpc", format: "protobuf", bytes: body.subarray(PREFIX_BYTES), isGzip };
  }

  succeed(rejected: number): void {
    const { stream } = this;
    if (stream.destroyed || stream.closed) return;
    const body = successBody("protobuf", rejected);
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(body.length, 1);
    stream.respond({ ":status": 200, "content-type": CONTENT_TYPE }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.concat([prefix, body]));
  }

  /** Status and reason in the headers alone; a request that is not gRPC at all gets its HTTP status. */
  fail(status: number, reason: string, retryAfterMs?: number): void {
    const { stream } = this;
    if (stream.destroyed || stream.closed) return;
    if (status === 415 || status === 405) return stream.respond({ ":status": status }, { endStream: true });
    const code = CODES[status] ?? UNKNOWN;
    const details = retryAfterMs === undefined ? {} : { "grpc-status-details-bin": retryDetails(code, retryAfterMs) };
    stream.respond(
      {
        ":status": 200,
        "content-type": CONTENT_TYPE,
        "grpc-status": String(code),
        "grpc-message": encodeURIComponent(reason),
        ...details,
      },
      { endStream: true },
    );
  }

  destroy(): void {
    this.stream.session?.destroy();
  }
}
