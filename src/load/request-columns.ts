import type { RequestTable, RequestTemplate } from "./job.ts";

/** One row of a request table; see there. */
export interface RequestRow {
  readonly id: number;
  readonly template: number;
  readonly intendedUs: number;
  readonly completedUs: number;
  readonly responseTimeUs: number;
  readonly serviceTimeUs: number;
  readonly status: number;
  readonly expected: boolean;
}

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
    expected[at] = row.expected ? 1 : 0;
  }

  table(templates: readonly RequestTemplate[]): RequestTable {
    const { id, template, intendedUs, completedUs, responseTimeUs, serviceTimeUs, status, expected } = this.#columns;
    const order = Uint32Array.from({ length: this.#rows }, (_, row) => row).toSorted((a, b) => id[a]! - id[b]!);
    const sorted = <C extends Float64Array | Uint16Array | Uint8Array>(from: C, to: C): C => {
      order.forEach((row, at) => (to[at] = from[row]!));
      return to;
    };
    const rows = columnsOf(this.#rows);
    return {
      templates: templates.map(({ route, class: name, fails }) => ({ route, class: name, ...(fails && { fails }) })),
      id: sorted(id, rows.id),
      template: sorted(template, rows.template),
      intendedUs: sorted(intendedUs, rows.intendedUs),
      completedUs: sorted(completedUs, rows.completedUs),
      responseTimeUs: sorted(responseTimeUs, rows.responseTimeUs),
      serviceTimeUs: sorted(serviceTimeUs, rows.serviceTimeUs),
      status: sorted(status, rows.status),
      expected: sorted(expected, rows.expected),
    };
  }

  #grow(): void {
    const wider = columnsOf(this.#columns.id.length * 2);
    for (const name of Object.keys(wider) as (keyof Columns)[]) wider[name].set(this.#columns[name]);
    this.#columns = wider;
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
