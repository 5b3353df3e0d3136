import type { Clock } from "../base/clock.ts";
import { Books } from "./count/books.ts";
import { conditions } from "./conditions/index.ts";
import type { Closed, InletEndpoints, InletOptions } from "./protocol.ts";
import { closedDoor, type Door } from "./receive/door.ts";
import { openGrpcDoor } from "./receive/grpc-door.ts";
import { openHttpDoor, OTLP_PATH, ZIPKIN_PATH } from "./receive/http-door.ts";
import { Reception } from "./receive/reception.ts";

const OPENERS = [openHttpDoor, openGrpcDoor];
/** Between two tries to listen again on a port that somebody else was given meanwhile. */
const RETRY_MS = 20;

/** One variant's backend: its ports, its condition and its books. */
export class Inlet {
  readonly endpoints: InletEndpoints;
  readonly #books: Books;
  readonly #reception: Reception;
  readonly #ports: readonly number[];
  #doors: readonly Door[];
  #isWindowOpen = false;
  #isClosing = false;
  /** Going down, coming back and closing, one after the other. */
  #work: Promise<void> = Promise.resolve();

  /** Throws a `UserError` where the condition cannot be read. */
  static async open(options: InletOptions, clock: Clock): Promise<Inlet> {
    const { kind, config } = conditions.parse(options.condition);
    const books = new Books(options.keepSpans);
    const reception = new Reception(kind.make(config, { seed: options.seed, clock }), books, clock);
    const open = (opener: (typeof OPENERS)[number]): Promise<Door> =>
      reception.condition.refuses ? closedDoor() : opener(reception, 0);
    return new Inlet(books, reception, await Promise.all(OPENERS.map(open)));
  }

  private constructor(books: Books, reception: Reception, doors: readonly Door[]) {
    this.#books = books;
    this.#reception = reception;
    this.#doors = doors;
    this.#ports = doors.map(({ port }) => port);
    const [http, grpc] = this.#ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
    this.endpoints = { otlpHttp: http + OTLP_PATH, otlpGrpc: grpc, zipkin: http + ZIPKIN_PATH };
  }

  /** Starts the clock of a scripted outage, once. */
  openWindow(): void {
    const { condition, clock } = this.#reception;
    if (this.#isWindowOpen || condition.outage === undefined) return;
    this.#isWindowOpen = true;
    const { atMs, downMs } = condition.outage;
    void clock.sleep(atMs).then(() => this.#enqueue(() => this.#goDown()));
    void clock.sleep(atMs + downMs).then(() => this.#enqueue(() => this.#comeBack()));
  }

  /** How many of the ids (8 bytes each, base64) were received. */
  arrived(spanIds: string): number {
    return this.#books.arrived(Buffer.from(spanIds, "base64"));
  }

  /** Destroys ports and connections; what it returns is final. */
  async close(): Promise<Closed> {
    this.#isClosing = true;
    await this.#enqueue(() => {
      this.#reception.close();
      return this.#closeDoors();
    });
    return { counts: this.#books.counts(), spans: this.#books.spans(), rejected: this.#books.rejected() };
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(step);
    return this.#work;
  }

  async #goDown(): Promise<void> {
    if (this.#isClosing) return;
    this.#reception.cutAll();
    await this.#closeDoors();
  }

  async #comeBack(): Promise<void> {
    if (this.#isClosing) return;
    this.#doors = (await Promise.all(OPENERS.map((_, place) => this.#reopen(place)))).filter(
      (door) => door !== undefined,
    );
  }

  async #reopen(place: number): Promise<Door | undefined> {
    while (!this.#isClosing) {
      try {
        return await OPENERS[place]!(this.#reception, this.#ports[place]!);
      } catch {
        await this.#reception.clock.sleep(RETRY_MS);
      }
    }
    return undefined;
  }

  async #closeDoors(): Promise<void> {
    const doors = this.#doors;
    this.#doors = [];
    await Promise.all(doors.map((door) => door.close()));
  }
}
