import { deriveSeed, seededRandom, type Random } from "../../../base/random.ts";

/** What every step of the shop knows of the request it works for. */
export interface ShopRequest {
  readonly id: string;
  /** Seeded by the request's id, so that the same request waits equally long in every variant. */
  readonly random: Random;
}

export function shopRequest(seed: number, id: string): ShopRequest {
  return { id, random: seededRandom(deriveSeed(seed, id)) };
}

/** A wait on another machine, such as a database's: a real timer of `minMs` to `maxMs` whole milliseconds. */
export function pause(random: Random, minMs: number, maxMs: number): Promise<void> {
  return sleep(minMs + Math.floor(random() * (maxMs - minMs + 1)));
}

/** A wait with a long tail: at least `minMs`, a median of `medianMs`, cut off at `maxMs`; what is above `minMs` is lognormal. */
export function longTailPause(random: Random, minMs: number, medianMs: number, maxMs: number): Promise<void> {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return sleep(Math.round(Math.min(maxMs, minMs + (medianMs - minMs) * Math.exp(0.6 * normal))));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
