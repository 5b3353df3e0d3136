import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The files that the examples of the samplers name. */
const FILES: Readonly<Record<string, string>> = {
  "rules.json": JSON.stringify([
    { method: "GET", path: "/health", sampler: "always_off" },
    { method: "POST", route: "/orders", sampler: "ratio:0.1" },
    { sampler: "ratio:0.01" },
  ]),
  "strategies.json": JSON.stringify({
    service_strategies: [
      {
        service: "micro",
        type: "probabilistic",
        param: 0.1,
        operation_strategies: [{ operation: "POST /orders", type: "probabilistic", param: 0.5 }],
      },
    ],
    default_strategy: { type: "probabilistic", param: 0.01 },
  }),
  "my-sampler.mjs": "export default { shouldSample: () => ({ decision: 2 }), toString: () => 'Mine' };\n",
};

export function writeSamplerFiles(folder: string): void {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
}
