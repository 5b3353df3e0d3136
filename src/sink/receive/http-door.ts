import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Verdict } from "../conditions/condition.ts";
import { Malformed } from "../decode/malformed.ts";
import { failureBody, successBody } from "./answers.ts";
import { release } from "./body-buffer.ts";
import { listen, type Door } from "./door.ts";
import { readBody } from "./read-body.ts";
import { MOST_BODY_BYTES, tooLarge, type Format, type Reception } from "./reception.ts";

export const OTLP_PATH = "/v1/traces";
export const ZIPKIN_PATH = "/api/v2/spans";

/** Opens OTLP/HTTP (protobuf and JSON) and Zipkin v2 JSON, on one port. */
export async function openHttpDoor(reception: Reception, port: number): Promise<Door> {
  const server = createServer((request, response) => serve(request, response, reception));
  // Node's five seconds would meet the batch processor's delay of five seconds, and reset what it just sent.
  server.keepAliveTimeout = 0;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // A client that goes away in mid-body is counted where its body is read.
    const isMalformed = error.code?.startsWith("HPE_") === true && error.code !== "HPE_INVALID_EOF_STATE";
    if (isMalformed) reception.refuse(new Malformed(`HTTP: ${error.message}`));
    if (isMalformed && socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.destroy();
  });
  return listen(server, port);
}

function serve(request: IncomingMessage, response: ServerResponse, reception: Reception): void {
  response.on("error", () => {});
  request.on("error", () => {});
  let format: Format | undefined;
  const refuse = (error: unknown): void => answerFailure(response, format, reception.refuse(error), String(error));
  try {
    format = formatOf(request);
    const isGzip = isCompressed(request);
    if (Number(request.headers["content-length"] ?? 0) > MOST_BODY_BYTES) throw tooLarge();
    const known = format;
    readBody(request, reception, {
      // Node copies each chunk to memory of its own; those of HTTP/2 are parts of memory that it goes on using.
      copied: release,
      whole: (body) => {
        try {
          answer(response, known, reception, reception.receive(known, body, isGzip));
        } catch (error) {
          refuse(error);
        }
      },
      refused: refuse,
      destroy: () => {
        reception.countReset();
        request.socket.resetAndDestroy();
      },
    });
  } catch (error) {
    refuse(error);
  }
}

function formatOf({ url = "", method, headers }: IncomingMessage): Format {
  const path = url.split("?", 1)[0];
  if (path !== OTLP_PATH && path !== ZIPKIN_PATH) throw new Malformed(`no such path: ${path}`, 404);
  if (method !== "POST") throw new Malformed(`${method} is not POST`, 405);
  const type = headers["content-type"]?.split(";", 1)[0]!.trim().toLowerCase();
  if (path === ZIPKIN_PATH && type === "application/json") return "zipkin";
  if (path === OTLP_PATH && type === "application/json") return "json";
  if (path === OTLP_PATH && type === "application/x-protobuf") return "protobuf";
  throw new Malformed(`content type ${type}`, 415);
}

function isCompressed({ headers }: IncomingMessage): boolean {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") throw new Malformed(`content encoding ${encoding}`, 415);
  return encoding === "gzip";
}

function answer(response: ServerResponse, format: Format, reception: Reception, verdict: Verdict): void {
  if (verdict.type === "hang") return;
  if (verdict.type === "refuse") {
    const { status, retryAfterMs } = verdict;
    if (retryAfterMs !== undefined) response.setHeader("retry-after", Math.max(1, Math.ceil(retryAfterMs / 1000)));
    return answerFailure(response, format, status, "refused by the backend condition");
  }
  const rejected = verdict.type === "partial" ? verdict.rejected.reduce((sum, mark) => sum + mark, 0) : 0;
  const body = successBody(format, rejected);
  const afterMs = verdict.type === "accept" ? (verdict.afterMs ?? 0) : 0;
  if (afterMs === 0) send(response, format, format === "zipkin" ? 202 : 200, body);
  else void reception.clock.sleep(afterMs).then(() => send(response, format, format === "zipkin" ? 202 : 200, body));
}

function answerFailure(response: ServerResponse, format: Format | undefined, status: number, reason: string): void {
  if (status === 405) response.setHeader("allow", "POST");
  if (status === 413) response.setHeader("connection", "close");
  send(response, format, status, failureBody(format, reason));
}

function send(response: ServerResponse, format: Format | undefined, status: number, body: Buffer): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": format === "protobuf" ? "application/x-protobuf" : "application/json",
    "content-length": body.length,
  });
  if (body.length === 0) response.end();
  else response.end(body);
}
