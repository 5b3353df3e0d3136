import { processIds, processText, readStat } from "../../base/process-identity.ts";

/** The variable by which all processes of a command are known, also those that have left its group, such as daemons. */
export const FAMILY = "SPANTOLL_FAMILY";

/** None that was there before is of the family. */
const guardTicks = Number(readStat(process.pid)?.startTicks);

/** The parents of the processes alive that are in the group of the command, or have its variable, by pid. */
export function familyOf(token: string, group: number): Map<number, number> {
  if (process.platform !== "linux") return groupAlone(group);
  const parents = new Map<number, number>();
  for (const pid of processIds()) {
    const stat = readStat(pid);
    if (stat === undefined || stat.state === "Z" || Number(stat.startTicks) < guardTicks) continue;
    if (stat.group === group || hasVariable(pid, token)) parents.set(pid, stat.parent);
  }
  return parents;
}

/** All that a command has started, daemons too; empty if the kernel does not report it. */
export function bearersOf(token: string): number[] {
  return processIds().filter((pid) => hasVariable(pid, token));
}

/** The group as one process, if no more can be known. */
function groupAlone(group: number): Map<number, number> {
  try {
    process.kill(-group, 0);
    return new Map([[-group, 0]]);
  } catch {
    return new Map();
  }
}

/** Whether a command that Spantoll runs has started it, as far as the kernel shows. */
export function isOfFamily(pid: number): boolean {
  return hasVariable(pid, "");
}

/** `token`: "" for that of any command. */
function hasVariable(pid: number, token: string): boolean {
  const variables = processText(pid, "environ").split("\0");
  return variables.some((one) => (token === "" ? one.startsWith(`${FAMILY}=`) : one === `${FAMILY}=${token}`));
}
