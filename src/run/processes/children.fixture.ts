import { processIds, processText, readStat } from "../../base/process-identity.ts";

/** The children of a process that have this text in their command line. */
export function childrenOf(parent: number | undefined, text: string): number[] {
  return processIds().filter((pid) => readStat(pid)?.parent === parent && processText(pid, "cmdline")?.includes(text));
}
