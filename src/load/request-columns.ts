import type { RequestTable, RequestTemplate } from "./job.ts";
import type { Attempt } from "./request-tally.ts";

const FIRST_ROOM = 1024;

/** How the requests of the window ended. They come in any order, and leave as a table sorted by id. */
export class RequestColumns {
  #rows = 0;
  #columns = columnsOf(FIRST_ROOM);

  /** `completedMs`: NaN without a complete response. */
  add({ id, template, intendedMs, sentMs, status }: Attempt, completedMs: number): void {
    if (this.#rows === this.#columns.id.length) this.#grow();
    const at = this.#rows++;
    this.#columns.id[at] = id;
    this.#columns.template[at] = template;
    this.#columns.intendedMs[at] = intendedMs;
    this.#columns.sentMs[at] = sentMs;
    this.#columns.completedMs[at] = completedMs;
    this.#columns.status[at] = Number.isNaN(completedMs) ? 0 : status;
  }

  /** Its times count from `openMs`. */
  table(templates: readonly RequestTemplate[], openMs = 0): RequestTable {
    const { id, template, intendedMs, sentMs, completedMs, status } = this.#columns;
    const order = Uint32Array.from({ length: this.#rows }, (_, row) => row).toSorted((a, b) => id[a]! - id[b]!);
    const times = (usOf: (row: number) => number): Float64Array => Float64Array.from(order, usOf);
    return {
      templates: templates.map(({ route, class: name, fails }) => ({ route, class: name, ...(fails && { fails }) })),
      id: times((row) => id[row]!),
      template: Uint16Array.from(order, (row) => template[row]!),
      intendedUs: times((row) => (intendedMs[row]! - openMs) * 1000),
      completedUs: times((row) => (completedMs[row]! - openMs) * 1000),
      responseTimeUs: times((row) => (completedMs[row]! - intendedMs[row]!) * 1000),
      serviceTimeUs: times((row) => (completedMs[row]! - sentMs[row]!) * 1000),
      status: Uint16Array.from(order, (row) => status[row]!),
      expected: Uint8Array.from(order, (row) => Number(templates[template[row]!]!.expect.includes(status[row]!))),
    };
  }

  /** In mid-window: as a whole, since one by one took 20 ms for 262,144 rows. */
  #grow(): void {
    const wider = columnsOf(2 * this.#rows);
    for (const name of Object.keys(wider) as (keyof typeof wider)[]) wider[name].set(this.#columns[name]);
    this.#columns = wider;
  }
}

function columnsOf(length: number) {
  return {
    id: new Float64Array(length),
    template: new Uint16Array(length),
    intendedMs: new Float64Array(length),
    sentMs: new Float64Array(length),
    completedMs: new Float64Array(length),
    status: new Uint16Array(length),
  };
}
