/** One request of the open loop and its answer, as undici reports on them. */
import type { Client, Dispatcher } from "undici";
import type { RenderedRequest } from "../mix.ts";
import type { Arrival } from "../schedule.ts";
import type { Attempt, Outcome } from "../request-tally.ts";

/** Counts the exchange. */
export interface ExchangeOwner {
  /** The first byte is about to be handed to the socket. */
  sent(exchange: Exchange): void;
  /** Called at least once for each dispatched exchange; the first call counts. */
  ended(exchange: Exchange, client: Client, outcome: Outcome): void;
}

export class Exchange implements Attempt, Dispatcher.DispatchHandler {
  readonly id: number;
  readonly template: number;
  readonly measured: boolean;
  readonly intendedMs: number;
  sentMs = NaN;
  status = 0;
  /** Whether it had to wait for a free connection. */
  queued = false;
  readonly #owner: ExchangeOwner;
  readonly #request: RenderedRequest;
  #client!: Client;
  #controller: Dispatcher.DispatchController | undefined;
  #cut: Outcome | undefined;

  constructor(owner: ExchangeOwner, arrival: Arrival, template: number, request: RenderedRequest) {
    this.#owner = owner;
    this.#request = request;
    this.id = arrival.id;
    this.template = template;
    this.measured = arrival.measured;
    this.intendedMs = arrival.dueMs;
  }

  dispatch(client: Client): void {
    this.#client = client;
    const { path, method, headers, body } = this.#request;
    client.dispatch({ path, method, headers, body: body ?? null }, this);
  }

  /** Ends it from our side; if it was sent, its connection is dropped, since the answer may still come. */
  cut(outcome: Outcome): void {
    this.#cut = outcome;
    this.#controller?.abort(new Error(outcome));
    this.#owner.ended(this, this.#client, outcome);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#owner.sent(this);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(): void {
    // The body is of no interest; its bytes are counted at the socket.
  }

  onResponseEnd(): void {
    this.#owner.ended(this, this.#client, "completed");
  }

  onResponseError(): void {
    this.#owner.ended(this, this.#client, this.#cut ?? "error");
  }
}
