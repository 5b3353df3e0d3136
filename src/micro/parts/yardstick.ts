import { kept, type Part } from "../part.ts";

const STEPS = 256;
const TABLE = 1024;

/**
 * The baseline: a piece of work without tracing that is always the same. How it changes from run to run is how the
 * machine did, and `compare` and `history` take that out of all other parts. Integers alone, and a table that fits the
 * first cache: V8 has one way to do that, whatever else a process has loaded (an order to JSON and back took 1.0 µs in
 * one process and 1.9 in the next).
 */
export const yardstick: Part = {
  name: "none",
  about: `a fixed piece of work without tracing: ${STEPS} steps of mixing integers with a table`,
  async make() {
    const table = new Int32Array(TABLE);
    let mixed = 1;
    return {
      run(times) {
        for (let i = 0; i < times; i++) {
          for (let step = 0; step < STEPS; step++) {
            mixed = (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) + step) | 0;
            mixed ^= table[mixed & (TABLE - 1)]!;
            table[step] = mixed;
          }
        }
        kept.count += mixed & 1;
      },
    };
  },
};
