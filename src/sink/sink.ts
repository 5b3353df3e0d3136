import type { Clock } from "../base/clock.ts";
import { Inlet } from "./inlet.ts";
import type { FromSink, ToSink } from "./protocol.ts";

/** All inlets of one sink process, and the answers to the harness's messages. */
export class Sink {
  readonly #clock: Clock;
  readonly #inlets = new Map<string, Inlet>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Every message gets one answer; what cannot be done is answered with `failed` and the reason. */
  async answer(message: ToSink): Promise<FromSink> {
    const { id } = message;
    try {
      return await this.#obey(message);
    } catch (error) {
      return { id, type: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  }

  async #obey(message: ToSink): Promise<FromSink> {
    const { id } = message;
    switch (message.type) {
      case "open":
        return { id, type: "opened", endpoints: (await this.#open(message.inlet)).endpoints };
      case "window-open":
        this.#inlet(message.inlet).openWindow();
        return { id, type: "ok" };
      case "arrived":
        return { id, type: "arrived", count: this.#inlet(message.inlet).arrived(message.spanIds) };
      case "close": {
        const inlet = this.#inlet(message.inlet);
        this.#inlets.delete(message.inlet);
        return { id, type: "closed", ...(await inlet.close()) };
      }
      default:
        throw new Error(`the sink knows no message "${String((message as { type: unknown }).type)}"`);
    }
  }

  async #open(options: Parameters<typeof Inlet.open>[0]): Promise<Inlet> {
    if (this.#inlets.has(options.id)) throw new Error(`the inlet "${options.id}" is open already`);
    const inlet = await Inlet.open(options, this.#clock);
    this.#inlets.set(options.id, inlet);
    return inlet;
  }

  #inlet(name: string): Inlet {
    const inlet = this.#inlets.get(name);
    if (inlet === undefined) throw new Error(`the sink has no open inlet "${name}"`);
    return inlet;
  }
}
