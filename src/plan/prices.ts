import { addedInstrumentations } from "../spec/instrumentations.ts";
import { AXES, axisText, type Variant } from "./variant.ts";

/** An instrumentation, or several that have one price together, and the variants with and without them. */
export interface Price {
  readonly names: readonly string[];
  readonly more: Variant;
  readonly fewer: Variant;
}

/**
 * One price for each instrumentation, of pairs of variants that differ in nothing else. What has two, one with and one
 * without another instrumentation, has none of its own: the two trace the same layers, and have one price together. A price
 * of several whose members all have their own is no more than a sum.
 */
export function pricesOf(variants: readonly Variant[]): Price[] {
  const instrumented = variants.filter(({ instrumentation }) => instrumentation !== undefined);
  return [...Map.groupBy(instrumented, otherPartsOf).values()].flatMap((comparable) => {
    const unique = [...Map.groupBy(pairsOf(comparable), ({ names }) => names.join()).values()]
      .filter(({ length }) => length === 1)
      .flat();
    const alone = new Set(unique.flatMap(({ names }) => (names.length === 1 ? names : [])));
    return unique.filter(({ names }) => names.length === 1 || names.some((name) => !alone.has(name)));
  });
}

/** All but the instrumentation. */
function otherPartsOf(variant: Variant): string {
  const others = AXES.filter((axis) => axis !== "instrumentation").map((axis) => axisText(variant, axis));
  return JSON.stringify([variant.sampler.text, variant.build, ...others]);
}

function pairsOf(variants: readonly Variant[]): Price[] {
  return variants.flatMap((more) =>
    variants.flatMap((fewer) => {
      const names = addedInstrumentations(more.instrumentation!.text, fewer.instrumentation!.text);
      return names.length === 0 ? [] : [{ names, more, fewer }];
    }),
  );
}
