/** A service on loopback with scripted answers; it keeps the ids of the requests that came. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import hdr from "hdr-histogram-js";
import { listen } from "../../target/services/node-server.ts";
import type { JobEvents, LoadJob, LoadResult } from "../job.ts";

export type Answer = (id: number, response: ServerResponse, request: IncomingMessage) => void;

export interface Service extends AsyncDisposable {
  readonly origin: string;
  /** Ids of the requests that came, in their order. */
  readonly came: readonly number[];
  /** How many connections it has accepted. */
  readonly accepted: () => number;
}

export async function startService(answer: Answer): Promise<Service> {
  const came: number[] = [];
  const server = createServer((request, response) => {
    const id = Number(request.headers["x-request-id"]);
    came.push(id);
    request.resume();
    answer(id, response, request);
  });
  let accepted = 0;
  server.on("connection", () => accepted++);
  const listening = await listen(server);
  const { origin } = listening;
  return { origin, came, accepted: () => accepted, [Symbol.asyncDispose]: () => listening.close() };
}

/** The ways in which a service can leave a client without an answer. */
export const failures = {
  reset: (response: ServerResponse) => response.socket!.resetAndDestroy(),
  close: (response: ServerResponse) => response.socket!.end(),
  halfBody: (response: ServerResponse) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("only this much", () => response.socket!.destroy());
  },
  never: () => undefined,
} as const;

export const reply = (response: ServerResponse, status = 200): void => void response.writeHead(status).end("{}");

/** The ways in which a service can close a connection after an answer, which is whole. */
export function closings(statusOf: (id: number) => number): Readonly<Record<string, Answer>> {
  const answers = new WeakMap<Socket, number>();
  const old = (id: number, more: string): string => `HTTP/1.0 ${statusOf(id)} Some\r\n${more}\r\n{}`;
  return {
    "with Connection: close": (id, response) => reply(response.setHeader("connection", "close"), statusOf(id)),
    "of HTTP/1.0": (id, { socket }) => void socket!.end(old(id, "content-length: 2\r\n")),
    "of HTTP/1.0 without a length": (id, { socket }) => void socket!.end(old(id, "")),
    "that is the third on it": (id, response) => {
      const seen = (answers.get(response.socket!) ?? 0) + 1;
      answers.set(response.socket!, seen);
      reply(seen === 3 ? response.setHeader("connection", "close") : response, statusOf(id));
    },
  };
}

/** A short job of 200 requests a second on one target. */
export function jobFor(services: readonly Pick<Service, "origin">[], more: Partial<LoadJob> = {}): LoadJob {
  return {
    driver: "open-loop",
    targets: services.map(({ origin }, index) => ({ id: `target ${index}`, origin })),
    requests: [
      { route: "/a", class: "ordinary", method: "GET", path: "/a/{id}", weight: 3, expect: [200] },
      { route: "/b", class: "declined", method: "POST", path: "/b", body: '{"n":{n}}', weight: 1, expect: [402] },
    ],
    seed: 5,
    ratePerSecond: 200,
    arrivals: "uniform",
    connections: 64,
    warmupMs: 0,
    durationMs: 250,
    // long, so that a busy machine makes no time-outs
    timeoutMs: 20_000,
    ...more,
  };
}

export class EventLog implements JobEvents {
  readonly seen: string[] = [];
  async warm(): Promise<void> {
    this.seen.push("warm");
  }
  windowOpen(): void {
    this.seen.push("window-open");
  }
  windowClosed(): void {
    this.seen.push("window-closed");
  }
}

/** Every request has exactly one end, and the table, the counters and the histograms agree on them. */
export function assertConserved(target: LoadResult): void {
  const { completed, errors, timeouts, skipped, unfinished, requests } = target;
  assert.equal(completed + errors + timeouts + skipped + unfinished, target.intended);
  assert.equal(requests.id.length, target.intended);
  assert.equal(new Set(requests.id).size, target.intended);
  assert.equal(requests.status.filter((status) => status > 0).length, completed);
  assert.equal(requests.expected.filter(Boolean).length, completed - target.unexpected);
  for (const text of [target.responseTimeUs, target.serviceTimeUs])
    assert.equal(hdr.decodeFromCompressedBase64(text).totalCount, completed);
}

type Driver = (job: LoadJob, events: JobEvents) => Promise<readonly LoadResult[]>;

/** One target's result under a driver, the ids of the requests that came, and what happened. */
export async function loadOne(run: Driver, answer: Answer, more: Partial<LoadJob> = {}) {
  await using service = await startService(answer);
  const events = new EventLog();
  const [target] = await run(jobFor([service], more), events);
  assertConserved(target!);
  return { target: target!, came: [...service.came], seen: events.seen };
}
