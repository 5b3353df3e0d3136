import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
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

const MAX_METRICS_BYTES = 4 * 1024 * 1024;
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
const EXPORTERS = { protobuf: "otlp-http/protobuf", json: "otlp-http/json", zipkin: "zipkin" } as const;

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
  if (path === `/${handler.secret}${LOGS_PATH}`) return discard(request, response);
  if (path === `/${handler.secret}${METRICS_PATH}`)
    return isJson(request) ? discard(request, response) : void receiveMetrics(request, response, handler);
  const exchange = new HttpExchange(request, response, handler.secret);
  try {
    exchange.check();
    handler.handle(exchange);
  } catch (error) {
    handler.refuse(exchange, error);
  }
}

/** What a service exports unasked, beside its spans. */
function discard(request: IncomingMessage, response: ServerResponse): void {
  const { "content-type": type = "application/json" } = request.headers;
  request.on("end", () => response.writeHead(200, { "content-type": type }).end(isJson(request) ? "{}" : ""));
  request.resume();
}

/** An SDK's metrics of itself: in protobuf, outside of the condition and of the counted bytes. */
async function receiveMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  handler: RequestHandler,
): Promise<void> {
  try {
    const body = await readAll(request);
    handler.sdkMetrics.add(isCompressed(request) ? gunzip(body) : body);
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  } catch (error) {
    response.writeHead(error instanceof Malformed ? error.status : 500).end();
    // a service that ends in mid-body is no bug of the sink
    if (!(error instanceof Malformed) && !request.errored) console.error(error);
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_METRICS_BYTES) throw tooLarge(MAX_METRICS_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

class HttpExchange implements Exchange {
  readonly stream: IncomingMessage;
  readonly ownsChunks = true;
  readonly #response: ServerResponse;
  readonly #secret: string;
  #format: Format | undefined;
  #isGzip = false;

  constructor(request: IncomingMessage, response: ServerResponse, secret: string) {
    this.stream = request;
    this.#response = response;
    this.#secret = secret;
  }

  /** Throws `Malformed` if the headers show that the body is not worth reading. */
  check(): void {
    this.#format = formatOf(this.stream, this.#secret);
    this.#isGzip = isCompressed(this.stream);
    if (Number(this.stream.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
  }

  payload(body: Buffer): Payload {
    const format = this.#format!;
    return { exporter: EXPORTERS[format], format, bytes: body, isGzip: this.#isGzip };
  }

  succeed(rejected: number): void {
    this.#send(this.#format === "zipkin" ? 202 : 200, successBody(this.#format!, rejected));
  }

  fail(status: number, reason: string, retryAfterMs?: number): void {
    const response = this.#response;
    if (retryAfterMs !== undefined) response.setHeader("retry-after", Math.max(1, Math.ceil(retryAfterMs / 1000)));
    if (status === 405) response.setHeader("allow", "POST");
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
      "content-type": this.#format === "protobuf" ? "application/x-protobuf" : "application/json",
      "content-length": body.length,
    });
    if (body.length === 0) response.end();
    else response.end(body);
  }
}

function formatOf({ url = "", method, headers }: IncomingMessage, secret: string): Format {
  const [, given, ...rest] = url.split("?", 1)[0]!.split("/");
  if (given !== secret) throw new FromStranger(`the path ${url.slice(0, 80)} lacks the secret of this receiver`, 404);
  const path = `/${rest.join("/")}`;
  if (path !== OTLP_PATH && path !== ZIPKIN_PATH) throw new Malformed(`no such path: ${path}`, 404);
  if (method !== "POST") throw new Malformed(`${method} is not POST`, 405);
  const type = mediaType(headers);
  if (path === ZIPKIN_PATH && type === JSON_TYPE) return "zipkin";
  if (path === OTLP_PATH && type === JSON_TYPE) return "json";
  if (path === OTLP_PATH && type === "application/x-protobuf") return "protobuf";
  throw new Malformed(`content type ${type}`, 415);
}

function isJson({ headers }: IncomingMessage): boolean {
  return mediaType(headers) === JSON_TYPE;
}

function mediaType(headers: IncomingMessage["headers"]): string | undefined {
  return headers["content-type"]?.split(";", 1)[0]!.trim().toLowerCase();
}

function isCompressed({ headers }: IncomingMessage): boolean {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") throw new Malformed(`content encoding ${encoding}`, 415);
  return encoding === "gzip";
}
