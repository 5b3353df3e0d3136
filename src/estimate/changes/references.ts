import type { Variant } from "../../plan/trial.ts";

/**
 * The name of the variant that `name` is compared with: the one that differs in its sampler only, which is `reference`,
 * of the same build; or an untraced reference, which has no other parts. Undefined if it is not clear.
 */
export function referenceOf(name: string, reference: string, variants: readonly Variant[]): string | undefined {
  const own = variants.find((variant) => variant.id === name);
  const candidates = variants.filter((variant) => variant.sampler.text === reference && variant.build === own?.build);
  if (candidates.length <= 1) return candidates[0]?.id ?? reference;
  const untraced = candidates.find(({ sampler }) => !sampler.kind.traced);
  const twin = candidates.find(
    ({ instrumentation, processor, exporter, backend, collector }) =>
      instrumentation?.text === own?.instrumentation?.text &&
      processor?.text === own?.processor?.text &&
      exporter?.text === own?.exporter?.text &&
      backend?.text === own?.backend?.text &&
      collector?.text === own?.collector?.text,
  );
  return (untraced ?? twin)?.id;
}
