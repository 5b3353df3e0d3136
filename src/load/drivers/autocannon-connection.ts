/** One connection of autocannon: gives it its requests one by one, and knows which answer belongs to which. */
import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import type autocannon from "autocannon";
import type { Mix } from "../mix.ts";
import type { Attempt, RequestTally, Outcome } from "../request-tally.ts";

/** What autocannon 9.0.0 has on its clients beyond what it documents. */
export interface AutocannonClient extends autocannon.Client {
  /** ms. */
  timeout: number;
  /** It ends itself when so many requests were made and answered. */
  responseMax: number | undefined;
  readonly reqsMade: number;
  /** Another after each reconnection. */
  readonly conn: Socket;
  readonly pipelinedRequests: { size(): number; clear(): void };
  destroy(): void;
  /** `finish`: the connection has ended, which ends an answer without a length. */
  readonly parser: { reinitialize(type: "RESPONSE"): void; finish(): void };
  _connect(): void;
  _doRequest(): void;
  _resetConnection(): void;
}

export interface ConnectionContext {
  readonly tally: RequestTally;
  readonly mix: Mix;
  readonly window: { readonly openMs: number; readonly endMs: number };
  readonly nowMs: () => number;
  readonly nextId: () => number;
  /** The connection is open, for the first time. */
  readonly connected: () => void;
  readonly ended: (completed: boolean) => void;
  /** The connection makes no more requests, and the last one has ended. */
  readonly finished: () => void;
  /** A connection could not be opened. autocannon tries again at once, without end, unless the connection is stopped in this call. */
  readonly cannotConnect: (error: Error) => void;
}

export class AutocannonConnection {
  readonly #client: AutocannonClient;
  readonly #context: ConnectionContext;
  /** The one request without an end. */
  #open: Attempt | undefined;
  #abandoned = false;
  #isHeld = true;
  #hasConnected = false;
  /** Makes the request that is held. */
  #held: (() => void) | undefined;
  /** The answer that comes is the last on its connection. */
  #closes = false;
  /** Of answers to measured requests, on the wire. */
  bytesReceived = 0;

  /** It connects, and makes no request before it is asked to or released. */
  constructor(client: AutocannonClient, timeoutMs: number, context: ConnectionContext) {
    this.#client = client;
    this.#context = context;
    // Its option takes whole seconds.
    client.timeout = timeoutMs;
    client.on("response", (status, bytes, durationMs) => this.#answered(status, bytes, durationMs));
    (client as EventEmitter).on("connError", (error: NodeJS.ErrnoException) => {
      this.#closes = false;
      if (error.syscall === "connect" || error instanceof AggregateError) context.cannotConnect(error);
    });
    (client as EventEmitter).on("done", () => {
      this.#end(this.#abandoned ? "unfinished" : this.#whyLost());
      context.finished();
    });
    this.#renewConnections();
    client.setRequests([{ setupRequest: (defaults) => Object.assign(defaults, this.#next()) }]);
  }

  /** Makes the request that is held; the next one is held again. */
  ask(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  /** Holds no request any more. */
  release(): void {
    this.#isHeld = false;
    this.ask();
  }

  /** Lets the open request end, and makes no other. */
  finish(): void {
    this.#client.responseMax = this.#client.reqsMade;
  }

  /** Whatever is still open when autocannon stops has no answer. */
  abandon(): void {
    this.#abandoned = true;
  }

  /** Closes the connection at once. */
  stop(): void {
    this.#client.destroy();
  }

  /** autocannon asks on, on a connection that the service closes, and does not see the end of an answer without a length. */
  #renewConnections(): void {
    const client = this.#client;
    const [connect, doRequest] = [client._connect.bind(client), client._doRequest.bind(client)];
    (client as EventEmitter).on("headers", ({ shouldKeepAlive }: { readonly shouldKeepAlive: boolean }) => {
      this.#closes = !shouldKeepAlive;
    });
    client._connect = () => {
      const isUnended = this.#closes && client.pipelinedRequests.size() > 0;
      if (isUnended) {
        client.parser.finish();
        client.parser.reinitialize("RESPONSE");
      }
      // the answer is complete, so the next request has connected
      if (isUnended && !this.#closes) return;
      this.#closes = false;
      connect();
      client.conn.once("connect", () => {
        if (!this.#hasConnected) this.#context.connected();
        this.#hasConnected = true;
      });
    };
    const request = (): void => {
      if (!this.#closes) return doRequest();
      this.#closes = false;
      client._resetConnection();
    };
    client._doRequest = () => {
      if (this.#isHeld) this.#held = request;
      else request();
    };
  }

  #next(): autocannon.Request {
    if (this.#open !== undefined) this.#lose();
    const { tally, mix, window, nowMs, nextId } = this.#context;
    const id = nextId();
    const sentMs = nowMs();
    const template = mix.choose(id, sentMs - window.openMs);
    const measured = sentMs >= window.openMs && sentMs < window.endMs;
    this.#open = { id, template, measured, intendedMs: sentMs, sentMs, status: 0 };
    tally.intend(measured);
    tally.sent(measured);
    const { method, path, headers, body } = mix.render(template, id);
    return { method: method as "GET", path, headers: recordOf(headers), ...(body !== undefined && { body }) };
  }

  /**
   * autocannon reconnects and asks again, and keeps the request that had no answer in its queue, so that all
   * later latencies would be those of the request before, and half an answer in its parser.
   */
  #lose(): void {
    this.#end(this.#whyLost());
    this.#client.pipelinedRequests.clear();
    this.#client.parser.reinitialize("RESPONSE");
  }

  /** Of all that loses a request, only a time-out empties autocannon's queue; its event comes when the next one is under way. */
  #whyLost(): Outcome {
    return this.#client.pipelinedRequests.size() === 0 ? "timeout" : "error";
  }

  #answered(status: number, bytes: number, durationMs: number): void {
    if (this.#open === undefined) return;
    const completedMs = this.#context.nowMs();
    if (!this.#open.measured) return this.#end("completed", { ...this.#open, status }, completedMs);
    this.bytesReceived += bytes;
    // autocannon's clock starts a little later than ours, when the request's text is ready.
    const sentMs = completedMs - durationMs;
    this.#end("completed", { ...this.#open, status, sentMs, intendedMs: sentMs }, completedMs);
  }

  #end(outcome: Outcome, attempt = this.#open, completedMs = NaN): void {
    if (attempt === undefined) return;
    this.#open = undefined;
    this.#context.tally.end(attempt, outcome, completedMs);
    this.#context.ended(outcome === "completed");
  }
}

function recordOf(headers: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let i = 0; i < headers.length; i += 2) record[headers[i]!] = headers[i + 1]!;
  return record;
}
