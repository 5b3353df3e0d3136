import type { RequestTable, RequestTemplate } from "./job.ts";

/** One row of a request table; see there. */
export type RequestRow = Readonly<Record<keyof Columns, number>>;

const FIRST_ROOM = 1024;

/** A request table that grows; rows come in any order and leave sorted by id. */
export class RequestColumns {
  #rows = 0;
  #columns = columnsOf(FIRST_ROOM);

  add(row: RequestRow): void {
    if (this.#rows === this.#columns.id.length) this.#columns = this.#copy(2 * this.#rows, (at) => at);
    const at = this.#rows++;
    const { id, template, intendedUs, completedUs, responseTimeUs, serviceTimeUs, status, expected } = this.#columns;
    id[at] = row.id;
    template[at] = row.template;
    intendedUs[at] = row.intendedUs;
    completedUs[at] = row.completedUs;
    responseTimeUs[at] = row.responseTimeUs;
    serviceTimeUs[at] = row.serviceTimeUs;
    status[at] = row.status;
    expected[at] = row.expected;
  }

  table(templates: readonly RequestTemplate[]): RequestTable {
    const { id } = this.#columns;
    const order = Uint32Array.from({ length: this.#rows }, (_, row) => row).toSorted((a, b) => id[a]! - id[b]!);
    return {
      templates: templates.map(({ route, class: name, fails }) => ({ route, class: name, ...(fails && { fails }) })),
      ...this.#copy(this.#rows, (at) => order[at]!),
    };
  }

  /** Columns of `length`, whose rows are those that `rowOf` names. */
  #copy(length: number, rowOf: (at: number) => number): Columns {
    const copy = columnsOf(length);
    for (const name of Object.keys(copy) as (keyof Columns)[])
      for (let at = 0; at < this.#rows; at++) copy[name][at] = this.#columns[name][rowOf(at)]!;
    return copy;
  }
}

type Columns = ReturnType<typeof columnsOf>;

function columnsOf(length: number) {
  return {
    id: new Float64Array(length),
    template: new Uint16Array(length),
    intendedUs: new Float64Array(length),
    completedUs: new Float64Array(length),
    responseTimeUs: new Float64Array(length),
    serviceTimeUs: new Float64Array(length),
    status: new Uint16Array(length),
    expected: new Uint8Array(length),
  };
}
