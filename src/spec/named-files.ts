import { Spec } from "../base/registry.ts";
import type { Scenario } from "./scenario.ts";

/** Every text in the specs of a scenario that may name a file of theirs: settings, and the words of a command. */
export function namesOfFiles({ target, samplers, processors, exporters, collectors }: Scenario): string[] {
  return [target, ...samplers, ...processors, ...exporters, ...collectors].flatMap((spec) => textsIn(spec));
}

/** Every text in a spec, in a part of one, or in a configuration. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value, ...value.split(/[\s"'=]+/)];
  if (value instanceof Spec) return textsIn(value.config);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
