/** One target of the open loop: sends each request when it is due, and counts how it ended. */
import type { Client } from "undici";
import { Fifo } from "../fifo.ts";
import type { Mix } from "../mix.ts";
import type { Arrival } from "../schedule.ts";
import type { RequestTally, Outcome } from "../request-tally.ts";
import type { Connections } from "./connections.ts";
import { Exchange, type ExchangeOwner } from "./exchange.ts";

export interface TargetLoadOptions {
  readonly connections: Pick<Connections, "take" | "give">;
  readonly tally: Pick<RequestTally, "intend" | "sent" | "lateness" | "end">;
  readonly mix: Mix;
  readonly timeoutMs: number;
  /** ms since the schedule's zero, when the window opens. */
  readonly nowMs: () => number;
  /** Called whenever a request has ended. */
  readonly onEnd: () => void;
}

export class TargetLoad implements ExchangeOwner {
  readonly #options: TargetLoadOptions;
  /** Dispatched and without an end, in the order of dispatching. */
  readonly #inFlight = new Set<Exchange>();
  /** Dealt while every connection was taken, in the order of dealing. */
  readonly #waiting = new Fifo<Exchange>();

  constructor(options: TargetLoadOptions) {
    this.#options = options;
  }

  /** How many requests it was dealt that have not ended. */
  get open(): number {
    return this.#inFlight.size + this.#waiting.size;
  }

  deal(arrival: Arrival): void {
    const { mix, tally, connections, nowMs } = this.#options;
    const template = mix.choose(arrival.id, arrival.measured ? arrival.slotMs : -1);
    const exchange = new Exchange(this, arrival, template, mix.render(template, arrival.id));
    tally.intend(arrival.measured);
    const client = connections.take();
    if (client !== undefined) return this.#dispatch(exchange, client);
    exchange.queued = true;
    this.#waiting.push(exchange);
    if (arrival.measured) tally.lateness(nowMs() - arrival.dueMs);
  }

  /** Ends what has waited for its answer for too long. */
  expire(): void {
    const nowMs = this.#options.nowMs();
    for (const exchange of this.#inFlight) {
      if (exchange.sentMs + this.#options.timeoutMs > nowMs) break;
      if (!Number.isNaN(exchange.sentMs)) exchange.cut("timeout");
    }
  }

  /** Ends everything that is still open: what was sent is unfinished, the rest was skipped. */
  abandon(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      this.#count(next, "skipped");
    for (const exchange of this.#inFlight) exchange.cut(Number.isNaN(exchange.sentMs) ? "skipped" : "unfinished");
  }

  sent(exchange: Exchange): void {
    const { nowMs, tally } = this.#options;
    exchange.sentMs = nowMs();
    tally.sent(exchange.measured);
    if (exchange.measured && !exchange.queued) tally.lateness(exchange.sentMs - exchange.intendedMs);
  }

  ended(exchange: Exchange, client: Client, outcome: Outcome): void {
    if (!this.#inFlight.delete(exchange)) return;
    this.#count(exchange, outcome);
    const next = this.#waiting.shift();
    if (next === undefined) this.#options.connections.give(client);
    else if (outcome === "completed") this.#dispatch(next, client);
    else this.#dispatchSoon(next, client);
    this.#options.onEnd();
  }

  #dispatch(exchange: Exchange, client: Client): void {
    this.#inFlight.add(exchange);
    exchange.dispatch(client);
  }

  /** undici is in the middle of ending all that this connection had. */
  #dispatchSoon(exchange: Exchange, client: Client): void {
    this.#inFlight.add(exchange);
    queueMicrotask(() => exchange.dispatch(client));
  }

  #count(exchange: Exchange, outcome: Outcome): void {
    this.#options.tally.end(exchange, outcome, outcome === "completed" ? this.#options.nowMs() : NaN);
  }
}
