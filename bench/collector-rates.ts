/**
 * Does a Collector or Jaeger lose a span at high rates? `npm run collector-rates [-- --rates 1000,20000]`, in spans/s. Exit
 * code 1 if exported, received, accepted and stored spans differ. Needs npm run setup:collector, setup:jaeger.
 */
import { join } from "node:path";
import { z } from "zod";
import { count } from "../src/base/units.ts";
import { measure, scriptOptions, temporaryFolder } from "./script.ts";

const SPANS = 50;
const PLAN = `--target bare:${SPANS} --sampler always_on --phase latency --no-reference --rounds 1 --duration 1500ms`;
const QUEUE = ["--processor", "batch:queue=65536,batch=2048"];

const list = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(count(SPANS)));
const { rates } = scriptOptions({ rates: [list, "1000,20000"] });
const folder = temporaryFolder("collector-rates");
for (const collector of ["pass-through", "jaeger"])
  for (const rate of rates) {
    const out = join(folder, `${collector}-${rate}.json`);
    const words = [...PLAN.split(" "), "--rate", `${rate / SPANS}/s`, ...QUEUE, "--collector", collector];
    const record = (await measure(words, out)).records.find(({ trial }) => trial.variant !== "none");
    if (record?.ledger === undefined) throw new Error(`no ledger: ${record?.failure ?? "no record"}`);
    const { exported, received, collector: { accepted = "unknown", stored = "unknown" } = {} } = record.ledger;
    const counts = { exported, accepted, received, ...(collector === "jaeger" && { stored }) };
    console.log(`${collector} at ${rate} spans/s: ${JSON.stringify(counts)}`);
    if (exported === 0 || new Set(Object.values(counts)).size > 1) process.exitCode = 1;
  }
