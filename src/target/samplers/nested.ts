import { nestedSpec } from "../../base/spec-string.ts";
import { samplers } from "./index.ts";

/** A field that holds another sampler's spec string. */
export const samplerSpec = nestedSpec((text) => samplers.parse(text).canonical);

/** The kinds that are no samplers, and those that cannot stand inside another sampler. */
export function refuseNested(...specs: readonly (string | undefined)[]): string | undefined {
  for (const spec of specs) {
    const name = spec === undefined ? undefined : samplers.parse(spec).kind.name;
    if (name === "none" || name === "noop") return `${name} makes no sampler, so nothing can be put around it`;
    if (name === "tail")
      return "tail decides when a trace ends and cannot stand inside a sampler that decides at its start";
  }
  return undefined;
}
