import { text } from "../../base/units.ts";
import type { TargetKind } from "./target-kind.ts";

const fields = { origin: text };

export const url: TargetKind<typeof fields> = {
  name: "url",
  about: "a service that runs already, as it is: latency, throughput, and the CPU of what listens on this machine",
  example: "url:http://127.0.0.1:8080",
  fields,
  main: "origin",
  instrumented: "none",
  requests: [],
  services: () => [{ service: "service", needs: [] }],
  address: ({ origin }) => new URL(origin).origin,
  meant: (address) =>
    /^(http:\/\/)?[\w.-]+:\d+\/?$/.test(address) ? `url:http://${address.replace(/^http:\/\//, "")}` : undefined,
  refuse({ origin }) {
    const parsed = URL.parse(origin);
    if (parsed?.protocol === "http:" && parsed.href === `${parsed.origin}/`) return undefined;
    return `url takes scheme, host and port of a service that speaks plain HTTP, such as http://127.0.0.1:8080; got "${origin}"`;
  },
};
