import { count } from "../../base/units.ts";
import type { TargetKind } from "./target-kind.ts";

const fields = {
  spans: count(1, 1000).prefault("5"),
  /** Given: spans are not nested, and each has so many attributes and an event. */
  attributes: count(1, 128).optional(),
};

export const bare: TargetKind<typeof fields> = {
  name: "bare",
  about: "node:http and nested manual spans, nothing else: the SDK alone",
  example: "bare:5",
  fields,
  main: "spans",
  instrumented: "none",
  requests: [{ route: "GET /", class: "ordinary", method: "GET", path: "/", weight: 1, expect: [200] }],
  services: () => [{ service: "bare", needs: [] }],
  async serve({ spans, attributes }) {
    const { serveBare, serveRoots } = await import("./bare-server.ts");
    return attributes === undefined ? serveBare(spans) : serveRoots(spans, attributes);
  },
};
