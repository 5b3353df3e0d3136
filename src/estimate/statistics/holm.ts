/**
 * Holm's step-down correction (Holm 1979): with p-values adjusted in this way, the chance of one or more false
 * rejections in the family is at most α, whatever their dependence. Adjusted values come in the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).toSorted((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = Array.from<number>({ length: pValues.length });
  let running = 0;
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, pValues[index]! * (pValues.length - rank)));
    adjusted[index] = running;
  });
  return adjusted;
}
