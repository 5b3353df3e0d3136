import { BASELINE, isBaseline } from "../../plan/plan.ts";
import { AXES, axisText, type Variant } from "../../plan/trial.ts";

/**
 * The name of the variant that `name` is compared with: the one that differs in its sampler only, which is `reference`,
 * of the same build on the same Node; or an untraced reference, which has no other parts. Undefined if it is not clear.
 */
export function referenceOf(name: string, reference: string, variants: readonly Variant[]): string | undefined {
  const own = variants.find((variant) => variant.id === name);
  const candidates = variants.filter(
    (variant) =>
      (reference === BASELINE ? isBaseline(variant) : variant.sampler.text === reference) &&
      variant.build === own?.build &&
      variant.node === own?.node,
  );
  if (candidates.length <= 1) return candidates[0]?.id ?? reference;
  const untraced = candidates.find(({ sampler }) => !sampler.kind.traced);
  const twin = candidates.find((candidate) =>
    AXES.every((axis) => axisText(candidate, axis) === (own && axisText(own, axis))),
  );
  return (untraced ?? twin)?.id;
}
