import { globSync, readFileSync } from "node:fs";

export interface Marked {
  readonly pid: number;
  readonly command: string;
}

/** The processes that have this text in their environment and are alive. */
export function markedProcesses(mark: string): Marked[] {
  return globSync("/proc/[0-9]*").flatMap((folder) => {
    try {
      if (!readFileSync(`${folder}/environ`, "latin1").includes(mark)) return [];
      const command = readFileSync(`${folder}/cmdline`, "latin1").replaceAll("\0", " ");
      return [{ pid: Number(folder.slice("/proc/".length)), command }];
    } catch {
      // it ended between the listing and the reading
      return [];
    }
  });
}
