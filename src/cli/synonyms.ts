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
};

/** The message of an unknown option, with the option of the command that does what its name says elsewhere. */
export function withSynonym(message: string, command: Command | undefined): string {
  const [, unknown = ""] = /^unknown option '--([\w-]+)/.exec(message) ?? [];
  const [known] = Object.entries(SYNONYMS).find(([, names]) => names.includes(unknown)) ?? [];
  if (known === undefined || command?.options.some(({ long }) => long === known) !== true) return message;
  return `unknown option '--${unknown}' (did you mean ${known}?)`;
}
