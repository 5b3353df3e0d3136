import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { FromStranger, Malformed } from "../decode/malformed.ts";
import { failureBody, successBody } from "./answers.ts";
import { listen, type Listener } from "./listener.ts";
import {
  gunzip,
  MAX_BODY_BYTES,
  tooLarge,
  type Exchange,
  type Format,
  type Payload,
  type RequestHandler,
} from "./request-handler.ts";

/** Why gRPC is refused at this port. */
export const HTTP2_REFUSAL = "HTTP/2, which is gRPC, at the port of OTLP/HTTP";
/** Why https is refused. */
export const TLS_REFUSAL = "TLS, which is https, at a port of plain HTTP";
const TLS_HANDSHAKE = 0x16;
export const OTLP_PATH = "/v1/traces";
export const METRICS_PATH = "/v1/metrics";
const LOGS_PATH = "/v1/logs";
export const ZIPKIN_PATH = "/api/v2/spans";
const JSON_TYPE = "application/json";
const PROTOBUF_TYPE = "application/x-protobuf";
const FORMATS = new Map<string, Format>([
  [`${OTLP_PATH} ${PROTOBUF_TYPE}`, "otlp-http/protobuf"],
  [`${OTLP_PATH} ${JSON_TYPE}`, "otlp-http/json"],
  [`${ZIPKIN_PATH} ${JSON_TYPE}`, "zipkin"],
]);

/** Serves OTLP/HTTP (protobuf and JSON) and Zipkin v2 JSON on one port. */
export async function startHttpServer(handler: RequestHandler, port: number): Promise<Listener> {
  const server = createServer((request, response) => serve(request, response, handler));
  // Node's five seconds equal the batch processor's delay: connections would be reset as they are used again.
  server.keepAliveTimeout = 0;
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    // A client that closes in mid-body is counted by the handler.
    const isMalformed = error.code?.startsWith("HPE_") === true && error.code !== "HPE_INVALID_EOF_STATE";
    if (isMalformed) handler.refuse(undefined, new Malformed(protocolOf(error) ?? `HTTP: ${error.message}`));
    if (isMalformed && socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.destroy();
  });
  return listen(server, port);
}

/** What it begins with, if that is known: the preface of HTTP/2, or a handshake of TLS. */
function protocolOf({ rawPacket }: { rawPacket?: Buffer }): string | undefined {
  if (rawPacket?.[0] === TLS_HANDSHAKE) return TLS_REFUSAL;
  return rawPacket?.toString("latin1", 0, 4) === "PRI " ? HTTP2_REFUSAL : undefined;
}

function serve(request: IncomingMessage, response: ServerResponse, handler: RequestHandler): void {
  response.on("error", () => {});
  request.on("error", () => {});
  const path = request.method === "POST" ? request.url : undefined;
  const isMetrics = path === `/${handler.secret}${METRICS_PATH}`;
  if (isMetrics || path === `/${handler.secret}${LOGS_PATH}`)
    return void receiveOther(request, response, isMetrics ? handler : undefined);
  const exchange = new HttpExchange(request, response);
  try {
    exchange.check(handler.secret);
    handler.handle(exchange);
  } catch (error) {
    handler.refuse(exchange, error);
  }
}

/** Answers what a service exports beside its spans. An SDK's metrics of itself are read, in protobuf. No condition acts on them. */
async function receiveOther(
  request: IncomingMessage,
  response: ServerResponse,
  metricsOf?: RequestHandler,
): Promise<void> {
  try {
    const body = await buffer(request);
    const type = mediaType(request) ?? JSON_TYPE;
    if (metricsOf && type !== JSON_TYPE) metricsOf.sdkMetrics.add(isCompressed(request) ? gunzip(body) : body);
    response.writeHead(200, { "content-type": type }).end(type === JSON_TYPE ? "{}" : "");
  } catch (error) {
    const status = error instanceof Malformed ? error.status : 500;
    // a service that ends in mid-body is no bug of the sink
    if (status === 500 && !request.errored) console.error(error);
    response.writeHead(status).end();
  }
}

class HttpExchange implements Exchange {
  readonly stream: IncomingMessage;
  readonly ownsChunks = true;
  readonly #response: ServerResponse;
  #format: Format | undefined;
  #isGzip = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.stream = request;
    this.#response = response;
  }

  /** Throws `Malformed` if the headers show that the body is not worth reading. */
  check(secret: string): void {
    this.#format = formatOf(this.stream, secret);
    this.#isGzip = isCompressed(this.stream);
    if (Number(this.stream.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
  }

  payload(body: Buffer): Payload {
    return { format: this.#format!, bytes: body, isGzip: this.#isGzip };
  }

  succeed(rejected: number): void {
    this.#send(this.#format === "zipkin" ? 202 : 200, successBody(this.#format!, rejected));
  }

  fail(status: number, reason: string, retryAfterMs?: number): void {
    const response = this.#response;
    if (retryAfterMs !== undefined) response.setHeader("retry-after", Math.max(1, Math.ceil(retryAfterMs / 1000)));
    if (status === 413) response.setHeader("connection", "close");
    this.#send(status, failureBody(this.#format, reason));
  }

  destroy(): void {
    this.stream.socket.resetAndDestroy();
  }

  #send(status: number, body: Buffer): void {
    const response = this.#response;
    if (response.destroyed) return;
    response.writeHead(status, {
      "content-type": this.#format === "otlp-http/protobuf" ? PROTOBUF_TYPE : JSON_TYPE,
      "content-length": body.length,
    });
    if (body.length === 0) response.end();
    else response.end(body);
  }
}

function formatOf(request: IncomingMessage, secret: string): Format {
  const { url = "", method } = request;
  const [, given, ...rest] = url.split("?", 1)[0]!.split("/");
  if (given !== secret) throw new FromStranger(`the path ${url.slice(0, 80)} lacks the secret of this receiver`, 404);
  const path = `/${rest.join("/")}`;
  if (path !== OTLP_PATH && path !== ZIPKIN_PATH) throw new Malformed(`no such path: ${path}`, 404);
  if (method !== "POST") throw new Malformed(`${method} is not POST`, 405);
  const type = mediaType(request);
  const format = FORMATS.get(`${path} ${type}`);
  if (format === undefined) throw new Malformed(`content type ${type}`, 415);
  return format;
}

function mediaType({ headers }: IncomingMessage): string | undefined {
  return headers["content-type"]?.split(";", 1)[0]!.trim().toLowerCase();
}

function isCompressed({ headers }: IncomingMessage): boolean {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") throw new Malformed(`content encoding ${encoding}`, 415);
  return encoding === "gzip";
}
