import type { RequestTable, RequestTemplate } from "./job.ts";

/** One row of a request table; see there. */
export type RequestRow = Readonly<Record<keyof Columns, number>>;

const FIRST_ROOM = 1024;

/** A request table that grows; rows come in any order and leave sorted by id. */
export class RequestColumns {
  #rows = 0;
  #columns = columnsOf(FIRST_ROOM);

  add(row: RequestRow): void {
    if (this.#rows === this.#columns.id.length) this.#grow();
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
    const sorted = columnsOf(this.#rows);
    for (const name of namesOf(sorted))
      for (const [at, row] of order.entries()) sorted[name][at] = this.#columns[name][row]!;
    return {
      templates: templates.map(({ route, class: name, fails }) => ({ route, class: name, ...(fails && { fails }) })),
      ...sorted,
    };
  }

  /** In mid-window: as a whole, since one by one took 20 ms for 262,144 rows. */
  #grow(): void {
    const wider = columnsOf(2 * this.#rows);
    for (const name of namesOf(wider)) wider[name].set(this.#columns[name]);
    this.#columns = wider;
  }
}

type Columns = ReturnType<typeof columnsOf>;
const namesOf = (columns: Columns) => Object.keys(columns) as (keyof Columns)[];

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
