import { kept, type Part } from "../part.ts";

const ORDER = {
  id: "o-1",
  customer: "customer-17",
  lines: [
    { sku: "sku-3", quantity: 2, priceCents: 1299 },
    { sku: "sku-41", quantity: 1, priceCents: 4999 },
  ],
  shipTo: { street: "customer-17 Quay", city: "Port Louis" },
};

/**
 * The baseline: a piece of work without tracing that is always the same. How it changes from run to run is how the
 * machine did, and `compare` and `history` take that out of all other parts.
 */
export const yardstick: Part = {
  name: "none",
  about: "a fixed piece of work without tracing: an order to JSON and back",
  async make() {
    return {
      run(times) {
        for (let i = 0; i < times; i++) {
          const copy = JSON.parse(JSON.stringify(ORDER)) as typeof ORDER;
          kept.count += copy.lines.length;
        }
      },
    };
  },
};
