import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Verdict } from "../conditions/condition.ts";
import { Malformed } from "../decode/malformed.ts";
import { retryDetails, successBody } from "./answers.ts";
import { listen, type Door } from "./door.ts";
import { readBody } from "./read-body.ts";
import type { Reception } from "./reception.ts";

const EXPORT_PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const PREFIX_BYTES = 5;
const CONTENT_TYPE = "application/grpc+proto";
/** gRPC's codes for HTTP statuses, by what OTLP says of each; any other is UNKNOWN. */
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
 * Opens OTLP/gRPC. One unary method with one message each way is little enough to speak over HTTP/2 itself,
 * and doing so leaves sockets, pace and bytes in our hands, as the conditions need.
 * Source: grpc.io, "gRPC over HTTP2".
 */
export async function openGrpcDoor(reception: Reception, port: number): Promise<Door> {
  const server = createServer({ settings: { initialWindowSize: 1 << 20 } });
  server.on("session", (session) => {
    session.setLocalWindowSize(1 << 22);
    session.on("error", () => {});
  });
  server.on("sessionError", (error: NodeJS.ErrnoException) => {
    if (error.code?.startsWith("ERR_HTTP2")) reception.refuse(new Malformed(`HTTP/2: ${error.message}`));
  });
  server.on("stream", (stream, headers) => serve(stream, headers, reception));
  return listen(server, port);
}

function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, reception: Reception): void {
  stream.on("error", () => {});
  const refuse = (error: unknown): void => answerFailure(stream, reception.refuse(error), String(error));
  try {
    check(headers);
    readBody(stream, reception, {
      whole: (body) => {
        try {
          answer(stream, reception, receive(body, headers, reception));
        } catch (error) {
          refuse(error);
        }
      },
      refused: refuse,
      destroy: () => {
        reception.countReset();
        stream.session?.destroy();
      },
    });
  } catch (error) {
    stream.resume();
    refuse(error);
  }
}

function check(headers: IncomingHttpHeaders): void {
  const type = headers["content-type"] ?? "";
  if (!/^application\/grpc(\+proto)?(;|$)/.test(type)) throw new Malformed(`content type ${type}`, 415);
  if (headers[":path"] !== EXPORT_PATH) throw new Malformed(`no such method: ${headers[":path"]}`, 404);
  if (headers[":method"] !== "POST") throw new Malformed(`${headers[":method"]} is not POST`, 405);
}

/** A message is a byte that says whether it is compressed, its length in four, and its bytes; a unary call has one. */
function receive(body: Buffer, headers: IncomingHttpHeaders, reception: Reception): Verdict {
  if (body.length < PREFIX_BYTES || body.readUInt32BE(1) !== body.length - PREFIX_BYTES || body[0]! > 1) {
    throw new Malformed("gRPC: not one whole message");
  }
  const isCompressed = body[0] === 1;
  const encoding = headers["grpc-encoding"] ?? "identity";
  if (isCompressed && encoding !== "gzip") throw new Malformed(`gRPC: encoding ${String(encoding)}`, 501);
  return reception.receive("protobuf", body.subarray(PREFIX_BYTES), isCompressed);
}

function answer(stream: ServerHttp2Stream, reception: Reception, verdict: Verdict): void {
  if (verdict.type === "hang") return;
  if (verdict.type === "refuse") {
    return answerFailure(stream, verdict.status, "refused by the backend condition", verdict.retryAfterMs);
  }
  const rejected = verdict.type === "partial" ? verdict.rejected.reduce((sum, mark) => sum + mark, 0) : 0;
  const afterMs = verdict.type === "accept" ? (verdict.afterMs ?? 0) : 0;
  if (afterMs === 0) answerSuccess(stream, rejected);
  else void reception.clock.sleep(afterMs).then(() => answerSuccess(stream, rejected));
}

function answerSuccess(stream: ServerHttp2Stream, rejected: number): void {
  if (stream.destroyed || stream.closed) return;
  const body = successBody("protobuf", rejected);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(body.length, 1);
  stream.respond({ ":status": 200, "content-type": CONTENT_TYPE }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(Buffer.concat([prefix, body]));
}

/** Status and reason in the headers alone; a request that is not gRPC at all gets its HTTP status. */
function answerFailure(stream: ServerHttp2Stream, status: number, reason: string, retryAfterMs?: number): void {
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
