import { subscribe } from "node:diagnostics_channel";
import { cpuBurner } from "./burn.ts";

/** Totals since the start of the process. */
export interface RequestBooks {
  started: number;
  /** Whose response was handed to the operating system in whole. */
  answered: number;
  burntUs: number;
}

/**
 * Counts the requests of every HTTP/1.1 server in this process, by Node's own channels, so that it
 * costs the same in every variant. `burnUsPerRequest`: CPU time burnt for each, in µs.
 */
export function keepRequestBooks(burnUsPerRequest = 0): RequestBooks {
  const books: RequestBooks = { started: 0, answered: 0, burntUs: 0 };
  const burn = burnUsPerRequest > 0 ? cpuBurner(burnUsPerRequest) : undefined;
  subscribe("http.server.request.start", () => {
    books.started++;
    if (burn !== undefined) books.burntUs += burn();
  });
  subscribe("http.server.response.finish", () => {
    books.answered++;
  });
  return books;
}
