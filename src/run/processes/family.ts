import { processIds, processText, readStat } from "../../base/process-identity.ts";

/** The variable by which all processes of a command are known, also those that have left its group, such as daemons. */
export const FAMILY = "SPANTOLL_FAMILY";

/** A process of a command. */
export interface Relative {
  readonly parent: number;
  /** If not, it ends at once by SIGTERM, or waits for it in a call and ends after its children, as tini does. Node catches it always. */
  readonly catchesTerm: boolean;
}

const TERM_BIT = 1n << 14n;

/** None that was there before is of the family. */
const guardTicks = Number(readStat(process.pid)?.startTicks);

/** The processes alive that are in the group of the command, or have its variable, by their pid. */
export function familyOf(token: string, group: number): Map<number, Relative> {
  if (process.platform !== "linux") return groupAlone(group);
  const relatives = new Map<number, Relative>();
  for (const pid of processIds()) {
    const stat = readStat(pid);
    if (stat === undefined || stat.state === "Z" || Number(stat.startTicks) < guardTicks) continue;
    if (stat.group === group || hasVariable(pid, token))
      relatives.set(pid, { parent: stat.parent, catchesTerm: catchesTerm(pid) });
  }
  return relatives;
}

/** All that a command has started, daemons too; empty if the kernel does not report it. */
export function bearersOf(token: string): number[] {
  return process.platform === "linux" ? processIds().filter((pid) => hasVariable(pid, token)) : [];
}

/** The group as one process, if no more can be known. */
function groupAlone(group: number): Map<number, Relative> {
  try {
    process.kill(-group, 0);
    return new Map([[-group, { parent: 0, catchesTerm: true }]]);
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
  const variables = processText(pid, "environ")?.split("\0") ?? [];
  return variables.some((one) => (token === "" ? one.startsWith(`${FAMILY}=`) : one === `${FAMILY}=${token}`));
}

function catchesTerm(pid: number): boolean {
  const caught = /^SigCgt:\s*([\da-f]+)$/m.exec(processText(pid, "status") ?? "")?.[1];
  return caught !== undefined && (BigInt(`0x${caught}`) & TERM_BIT) !== 0n;
}
