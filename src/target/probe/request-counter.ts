import { subscribe } from "node:diagnostics_channel";
import { cpuBurner } from "./burn.ts";

/** Totals since the process started. */
export interface RequestCounts {
  readonly started: number;
  /** Requests whose whole response was handed to the operating system. */
  readonly answered: number;
  readonly burntUs: number;
}

/**
 * Counts the requests of every HTTP/1.1 server in this process by Node's own channels, at the same cost in every variant.
 * `burnUsPerRequest`: CPU time to burn for each on average, in µs.
 */
export function countRequests(burnUsPerRequest?: number): () => RequestCounts {
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
