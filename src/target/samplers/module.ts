import type { Sampler } from "@opentelemetry/sdk-trace";
import { text } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";
import { checkModule, loadModule } from "../own-module.ts";

const fields = { path: text };

export const module: SamplerKind<typeof fields> = {
  name: "module",
  about:
    "your own sampler: a module whose default export is an OpenTelemetry Sampler, its class, or a function making it",
  example: "module:./my-sampler.mjs",
  fields,
  main: "path",
  exampleFiles: {
    "my-sampler.mjs": "export default { shouldSample: () => ({ decision: 2 }), toString: () => 'Mine' };\n",
  },
  traced: true,
  check: ({ path }, { baseDir }) => checkModule(path, baseDir),
  async make({ path }, context) {
    return { sampler: await loadModule<Sampler>(path, context.baseDir, "shouldSample", context) };
  },
  volume: () => "unknown",
};
