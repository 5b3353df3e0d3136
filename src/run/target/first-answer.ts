/** One request to a service before it is measured: does it speak what the driver speaks? */
import { connect, isIPv6, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { RenderedRequest } from "../../load/mix.ts";
import { formatDuration } from "../../base/units.ts";
import { hostAndPort, type HostAndPort } from "../processes/ports.ts";
import { REDIRECTION } from "./unexpected-answers.ts";
import { ControlFailure } from "./control-failure.ts";

/** Unless the service may take longer until it listens. */
export const ANSWER_WITHIN_MS = 10_000;
const TLS_WITHIN_MS = 1000;
const TLS_ALERT = 0x15;
/** The type of HTTP/2's first frame, SETTINGS, in the fourth byte. */
const SETTINGS = 4;

export interface FirstRequest {
  readonly request: RenderedRequest;
  /** Statuses that the scenario expects. */
  readonly expect: readonly number[];
}

/** Sends the request. Throws a `ControlFailure` if the service speaks another protocol, redirects, or does not answer. */
export async function firstAnswer(
  origin: string,
  { request, expect }: FirstRequest,
  withinMs = ANSWER_WITHIN_MS,
  signal?: AbortSignal,
): Promise<void> {
  const place = hostAndPort(origin);
  const answer = await ask(connect({ ...place, signal }), textOf(request, place), withinMs);
  if (answer === undefined)
    throw new ControlFailure(
      `${request.method} ${request.path} got no answer within ${formatDuration(withinMs)}: give ready=60s if it needs longer`,
    );
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(answer.toString("latin1")) ?? [];
  if (status === undefined) throw new ControlFailure(await strangeAnswer(place, answer));
  if (!REDIRECTION.test(status) || expect.includes(Number(status))) return;
  const [, location = "elsewhere"] = /^location: *(\S+)/im.exec(answer.toString("latin1")) ?? [];
  throw new ControlFailure(
    `${request.method} ${request.path} answers ${status}, to ${location}: give the final path as the request's "path", or give it "expect": [${status}]`,
  );
}

async function strangeAnswer(place: HostAndPort, answer: Buffer): Promise<string> {
  if (answer[0] === TLS_ALERT || (await speaksTls(place)))
    return "the service speaks HTTPS: have its command serve plain HTTP/1.1 on the port, since the driver does no TLS";
  if (answer.length > 3 && answer[3] === SETTINGS)
    return "the service speaks HTTP/2 only: have its command serve HTTP/1.1 on the port, since the driver does no HTTP/2";
  const heard = answer.length === 0 ? "gives no answer" : `answers ${JSON.stringify(answer.toString("latin1", 0, 40))}`;
  return `the service ${heard} to an HTTP/1.1 request: have its command serve HTTP/1.1 on the port`;
}

function textOf({ method, path, headers, body = "" }: RenderedRequest, { host }: HostAndPort): string {
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${isIPv6(host) ? "localhost" : host}`, "connection: close"];
  // without its id: it is no request of the driver
  for (let at = 2; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  if (body.length > 0) lines.push(`content-length: ${Buffer.byteLength(body)}`);
  return `${lines.join("\r\n")}\r\n\r\n${body.toString()}`;
}

/** All that comes until the connection closes; undefined if nothing comes and it stays open. */
function ask(socket: Socket, text: string, withinMs: number): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  socket.setTimeout(withinMs, () => {
    if (chunks.length === 0) resolve(undefined);
    socket.destroy();
  });
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => undefined);
  socket.on("close", () => resolve(Buffer.concat(chunks)));
  socket.write(text);
  return promise;
}

function speaksTls(place: HostAndPort): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSecurely({ ...place, rejectUnauthorized: false }, () => {
      resolve(true);
      socket.destroy();
    });
    socket.setTimeout(TLS_WITHIN_MS, () => socket.destroy());
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
  });
}
