import { coarseBin, total, type Weights } from "./latency-buckets.ts";

/**
 * Kolmogorov–Smirnov distance: the largest difference between the two distribution functions, sup |F(x) − G(x)|, 0 to 1.
 * Source: Smirnov (1948), Table for estimating the goodness of fit of empirical distributions.
 * Undefined where either is empty.
 */
export function ksDistance(a: Weights, b: Weights): number | undefined {
  const [sumA, sumB] = [total(a), total(b)];
  if (sumA === 0 || sumB === 0) return undefined;
  const buckets = [...new Set([...a.keys(), ...b.keys()])].toSorted((x, y) => x - y);
  let [belowA, belowB, widest] = [0, 0, 0];
  for (const bucket of buckets) {
    belowA += a.get(bucket) ?? 0;
    belowB += b.get(bucket) ?? 0;
    widest = Math.max(widest, Math.abs(belowA / sumA - belowB / sumB));
  }
  return widest;
}

/**
 * Jensen–Shannon distance: √(H(m) − (H(p) + H(q)) / 2) with m = (p + q) / 2 and H the entropy in bits; a metric, 0 to 1.
 * Over bins four to a doubling. Sources: Lin (1991); Endres and Schindelin (2003) for the square root.
 * Undefined where either is empty.
 */
export function jsDistance(a: Weights, b: Weights): number | undefined {
  const [p, q] = [shares(a), shares(b)];
  if (p.size === 0 || q.size === 0) return undefined;
  let divergence = 0;
  for (const bin of new Set([...p.keys(), ...q.keys()])) {
    const [inP, inQ] = [p.get(bin) ?? 0, q.get(bin) ?? 0];
    const middle = (inP + inQ) / 2;
    if (inP > 0) divergence += (inP / 2) * Math.log2(inP / middle);
    if (inQ > 0) divergence += (inQ / 2) * Math.log2(inQ / middle);
  }
  return Math.sqrt(Math.max(0, divergence));
}

function shares(weights: Weights): Map<number, number> {
  const sum = total(weights);
  const bins = new Map<number, number>();
  if (sum === 0) return bins;
  for (const [bucket, weight] of weights) {
    const bin = coarseBin(bucket);
    bins.set(bin, (bins.get(bin) ?? 0) + weight / sum);
  }
  return bins;
}
