import type { Command } from "commander";

/** Options by what other benchmarks and load generators call them. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  "--duration": ["window", "time", "seconds", "length", "measure"],
  "--warmup": ["ramp", "ramp-up", "rampup", "warm-up"],
  "--rounds": ["iterations", "repeat", "repeats", "repetitions", "runs", "restarts", "trials", "samples"],
  "--rate": ["rps", "qps", "load", "throughput", "requests", "requests-per-second", "arrival-rate"],
  "--connections": ["concurrency", "threads", "users", "vus", "clients", "workers"],
  "--target": ["url", "host", "port", "service", "command", "app"],
  "--sampler": ["sampling", "ratio", "strategy"],
  "--base": ["baseline", "compare"],
  "--out": ["output", "results", "save"],
  "--min-errors": ["min-failed", "min-failures", "min-errors-kept", "keep-errors"],
};

/** Options of bench that say what is measured. */
export const OF_MEASURING =
  "sampler processor exporter backend collector instrumentation target otel node driver phase rate cost-rate rounds duration warmup connections".split(
    " ",
  );

/** What commands do with the variants that were measured. */
const READERS: Readonly<Record<string, string>> = {
  advise: "advise chooses among all variants of its file",
  report: "report shows all variants of its file",
  compare: "compare judges all variants that its files have in common",
  history: "history follows all variants of its files",
};

/** The message of an unknown option, with the option of the command that does what its name says elsewhere, or whose option it is. */
export function withSynonym(message: string, command: Command | undefined): string {
  const [, unknown = ""] = /^unknown option '--([\w-]+)/.exec(message) ?? [];
  const reader = READERS[command?.name() ?? ""];
  if (reader !== undefined && OF_MEASURING.includes(unknown))
    return `unknown option '--${unknown}': bench has it, because it sets what is measured; ${reader}`;
  const [known] = Object.entries(SYNONYMS).find(([, names]) => names.includes(unknown)) ?? [];
  if (known === undefined || command?.options.some(({ long }) => long === known) !== true) return message;
  return `unknown option '--${unknown}' (did you mean ${known}?)`;
}
