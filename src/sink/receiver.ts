import type { Clock } from "../base/clock.ts";
import { conditions } from "./conditions/index.ts";
import { ReceivedSpans } from "./count/received-spans.ts";
import type { ReceiverEndpoints, ReceiverOptions, ReceiverResult } from "./protocol.ts";
import { startGrpcServer } from "./receive/grpc-server.ts";
import { METRICS_PATH, OTLP_PATH, startHttpServer, ZIPKIN_PATH } from "./receive/http-server.ts";
import { closedPort, type Listener } from "./receive/listener.ts";
import { RequestHandler } from "./receive/request-handler.ts";

const STARTERS = [startHttpServer, startGrpcServer];
/** Between two tries to listen again on a port that another process has taken meanwhile. */
const RETRY_MS = 20;

/** The backend of one variant: its ports, its condition and what it received. */
export class Receiver {
  readonly endpoints: ReceiverEndpoints;
  #spans: ReceivedSpans;
  readonly #handler: RequestHandler;
  readonly #clock: Clock;
  readonly #ports: readonly number[];
  #listeners: readonly Listener[];
  #isWindowOpen = false;
  #isClosing = false;
  /** Going down, coming back and closing, one after the other. */
  #work: Promise<void> = Promise.resolve();

  /** Throws a `UserError` if the condition cannot be parsed. */
  static async open(options: ReceiverOptions, clock: Clock): Promise<Receiver> {
    const { kind, config } = conditions.parse(options.condition);
    const spans = new ReceivedSpans();
    const handler = new RequestHandler(kind.make(config, { seed: options.seed, clock }), spans, clock);
    const listeners = STARTERS.map((start) => (handler.condition.refuses ? closedPort() : start(handler, 0)));
    return new Receiver(spans, handler, clock, await Promise.all(listeners));
  }

  private constructor(spans: ReceivedSpans, handler: RequestHandler, clock: Clock, listeners: readonly Listener[]) {
    this.#spans = spans;
    this.#handler = handler;
    this.#clock = clock;
    this.#listeners = listeners;
    this.#ports = listeners.map(({ port }) => port);
    const [http, grpc] = this.#ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
    const { secret } = handler;
    this.endpoints = {
      otlpHttp: `${http}/${secret}${OTLP_PATH}`,
      otlpGrpc: `${grpc}/${secret}`,
      otlpMetrics: `${http}/${secret}${METRICS_PATH}`,
      zipkin: `${http}/${secret}${ZIPKIN_PATH}`,
    };
  }

  /** Counts the window's bytes anew, and starts the clock of a scripted outage, once. */
  openWindow(): void {
    this.#spans.openWindow();
    const { outage } = this.#handler.condition;
    if (this.#isWindowOpen || outage === undefined) return;
    this.#isWindowOpen = true;
    const { atMs, downMs } = outage;
    void this.#clock.sleep(atMs).then(() => this.#enqueue(() => this.#goDown()));
    void this.#clock.sleep(atMs + downMs).then(() => this.#enqueue(() => this.#comeBack()));
  }

  /** How many of the span ids (8 bytes each, base64) were received. */
  countArrived(spanIds: string): number {
    return this.#spans.countArrived(Buffer.from(spanIds, "base64"));
  }

  countReceived(): number {
    return this.#spans.counts().received;
  }

  /** What was received until now, and begins to count anew. */
  turn(): ReceiverResult {
    const result = this.#result();
    this.#spans = new ReceivedSpans();
    this.#handler.countIn(this.#spans);
    return result;
  }

  /** Closes ports and connections; the result is final. */
  async close(): Promise<ReceiverResult> {
    this.#isClosing = true;
    await this.#enqueue(() => {
      this.#handler.close();
      return this.#closeListeners();
    });
    return this.#result();
  }

  #result(): ReceiverResult {
    return {
      counts: this.#spans.counts(),
      spans: this.#spans.spans(),
      rejected: this.#spans.rejected(),
      sdk: this.#handler.sdkMetrics.counts(),
      refusals: this.#handler.refusals(),
    };
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(step);
    return this.#work;
  }

  async #goDown(): Promise<void> {
    if (this.#isClosing) return;
    this.#handler.cutAll();
    await this.#closeListeners();
  }

  async #comeBack(): Promise<void> {
    const listeners = await Promise.all(this.#ports.map((port, place) => this.#listenAgain(place, port)));
    this.#listeners = listeners.filter((listener) => listener !== undefined);
  }

  async #listenAgain(place: number, port: number): Promise<Listener | undefined> {
    while (!this.#isClosing) {
      try {
        return await STARTERS[place]!(this.#handler, port);
      } catch {
        await this.#clock.sleep(RETRY_MS);
      }
    }
    return undefined;
  }

  async #closeListeners(): Promise<void> {
    const listeners = this.#listeners;
    this.#listeners = [];
    await Promise.all(listeners.map((listener) => listener.close()));
  }
}
