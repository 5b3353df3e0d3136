import { fileURLToPath } from "node:url";
import { bin, type CollectorKind } from "./collector-kind.ts";
import { COLLECTOR, JAEGER, type Program } from "./programs.ts";

const FOLDER = fileURLToPath(new URL("../../collectors/", import.meta.url));
const fields = { bin };

/** A configuration that comes with Spantoll: collectors/NAME.yaml. */
function readyMade(name: string, about: string, program: Program = COLLECTOR): CollectorKind<typeof fields> {
  const alias = name.replaceAll("-", "_");
  return {
    name,
    about,
    example: name,
    fields,
    ...(alias !== name && { aliases: { [alias]: name } }),
    program,
    file: () => `${FOLDER}${name}.yaml`,
  };
}

export const READY_MADE = [
  readyMade("pass-through", "sends on what it accepts, without processors"),
  readyMade("batch", "collects spans into larger batches"),
  readyMade("tail-sampling", "keeps traces with errors, slow ones, and 10 % of the others"),
  readyMade("probabilistic-sampler", "keeps 10 % of the traces, by trace id"),
  readyMade("memory-limiter", "has too little memory on purpose, and refuses spans under load"),
  readyMade("persistent-queue", "keeps its queue on disk and retries, for outages of the backend"),
  readyMade("spanmetrics", "counts calls and durations of all spans for Prometheus, and passes spans on"),
  readyMade("jaeger", "Jaeger v2: stores the spans in memory, and sends them on", JAEGER),
];
