import { subscribe } from "node:diagnostics_channel";
import { cpuBurner } from "./burn.ts";

/** Totals since the start of the process. */
export interface RequestBooks {
  readonly started: number;
  /** Whose response was handed to the operating system in whole. */
  readonly answered: number;
  readonly burntUs: number;
}

/**
 * Counts the requests of every HTTP/1.1 server in this process, by Node's own channels, so that it
 * costs the same in every variant. `burnUsPerRequest`: CPU time burnt on the average for each, in µs.
 */
export function keepRequestBooks(burnUsPerRequest?: number): () => RequestBooks {
  const burner = burnUsPerRequest === undefined ? undefined : cpuBurner(burnUsPerRequest);
  let started = 0;
  let answered = 0;
  subscribe("http.server.request.start", () => {
    started++;
    burner?.burn();
  });
  subscribe("http.server.response.finish", () => {
    answered++;
  });
  return () => ({ started, answered, burntUs: burner?.burntUs() ?? 0 });
}
