import { seededRandom, type Random } from "../../base/random.ts";
import { share } from "../../base/units.ts";
import { ACCEPT, type ConditionKind } from "./condition.ts";

const fields = { share };

/**
 * Received: all spans of a batch but the rejected ones, which the answer's partial success reports and
 * counted apart. Of each batch this share is rejected, rounded up or down at random, seeded, so that the
 * share holds over all batches. Zipkin has no word for it and answers 202.
 */
export const partial = {
  name: "partial",
  about: "rejects a random share of each batch's spans by partial success",
  example: "partial:0.3",
  fields,
  main: "share",
  make: ({ share }, { seed }) => {
    const random = seededRandom(seed);
    return {
      decide: (spans) => {
        const count = Math.min(spans, Math.floor(spans * share + random()));
        return count === 0 ? ACCEPT : { type: "partial", rejected: choose(count, spans, random) };
      },
    };
  },
} satisfies ConditionKind<typeof fields>;

/** Marks `count` of `of` places, every choice equally likely. Source: Knuth, TAOCP 2, 3.4.2, algorithm S. */
function choose(count: number, of: number, random: Random): Uint8Array {
  const marks = new Uint8Array(of);
  for (let place = 0, left = count; left > 0; place++) {
    if (random() * (of - place) >= left) continue;
    marks[place] = 1;
    left--;
  }
  return marks;
}
