import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, Server } from "node:http";
import type { Socket } from "node:net";
import { cpuBurner } from "./burn.ts";

/** Totals since the process started. */
export interface RequestCounts {
  readonly started: number;
  /** Requests whose whole response was handed to the operating system. */
  readonly answered: number;
  /** Answers that this process had from the port of its own service: the service called itself. */
  readonly ownCalls: number;
  readonly burntUs: number;
}

/**
 * Counts the requests of every HTTP/1.1 server in this process by Node's own channels, at the same cost in every variant.
 * `port`: of the service itself: only its requests count, and its calls of itself are known.
 * `burnUsPerRequest`: CPU time to burn for each on average, in µs.
 */
export function countRequests(burnUsPerRequest?: number, port?: number): () => RequestCounts {
  const burner = burnUsPerRequest === undefined ? undefined : cpuBurner(burnUsPerRequest);
  let started = 0;
  let answered = 0;
  const front = new WeakSet<Server>();
  subscribe("http.server.request.start", (message) => {
    const { server, socket } = message as { readonly server: Server; readonly socket: Socket };
    burner?.burn();
    if (port !== undefined && socket.localPort !== port) return;
    front.add(server);
    started++;
  });
  subscribe("http.server.response.finish", (message) => {
    if (front.has((message as { readonly server: Server }).server)) answered++;
  });
  let ownCalls = 0;
  if (port !== undefined) onAnsweredCall(port, () => ownCalls++);
  return () => ({ started, answered, ownCalls, burntUs: burner?.burntUs() ?? 0 });
}

/** Calls by node:http, and by fetch and undici. */
function onAnsweredCall(port: number, count: () => void): void {
  const own = new RegExp(String.raw`^(?:http://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):${port}$`);
  const isOwn = (address: unknown): boolean => own.test(String(address));
  subscribe("http.client.response.finish", (message) => {
    const { request } = message as { readonly request: ClientRequest };
    if (isOwn(request.getHeader("host"))) count();
  });
  subscribe("undici:request:headers", (message) => {
    const { request } = message as { readonly request: { readonly origin?: unknown } };
    if (isOwn(request.origin)) count();
  });
}
