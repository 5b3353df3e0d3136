/** The process of a built-in target: `node entry.ts`, with its options in SPANTOLL_TARGET. */
import { target } from "./preload.ts";

if (target === undefined) throw new Error("a target runs in a main thread of its own");
const { options, probe } = target;
try {
  const { targets } = await import("./services/index.ts");
  const { kind, config } = targets.parse(options.target ?? "");
  if (kind.serve === undefined) throw new Error(`target "${kind.name}" does not run in this process`);
  const { origin } = await kind.serve(config, options);
  probe.listening(origin);
} catch (error) {
  await probe.fail(error);
}
