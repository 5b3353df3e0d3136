import type { Part } from "../part.ts";
import { contextParts } from "./context.ts";
import { exportParts } from "./exports.ts";
import { idParts } from "./ids.ts";
import { processorParts } from "./processors.ts";
import { samplerParts } from "./samplers.ts";
import { spanParts } from "./spans.ts";
import { yardstick } from "./yardstick.ts";

export { yardstick };

/** Every part of tracing that is measured, the yardstick apart. */
export const PARTS: readonly Part[] = [
  ...idParts(),
  ...samplerParts(),
  ...spanParts(),
  ...contextParts(),
  ...processorParts(),
  ...exportParts(),
];

/** Throws where there is none of that name. */
export function partOf(name: string): Part {
  const part = PARTS.find((each) => each.name === name);
  if (part === undefined) throw new Error(`no part is called ${name}`);
  return part;
}
