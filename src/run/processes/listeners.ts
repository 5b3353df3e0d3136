import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { processIds } from "../../base/process-identity.ts";

const LISTENING = "0A";

/** The processes that listen on the TCP port; empty if the kernel does not report them. */
export function listenersOn(port: number): number[] {
  try {
    const sockets = new Set(
      ["tcp", "tcp6"].flatMap((table) => socketsIn(readFileSync(`/proc/net/${table}`, "utf8"), port)),
    );
    return processIds().filter((pid) => holdsAny(pid, sockets));
  } catch {
    return [];
  }
}

/** `socket:[inode]` of each socket that listens on the port, from the text of /proc/net/tcp. */
export function socketsIn(table: string, port: number): string[] {
  return table.split("\n").flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const isOurs = state === LISTENING && Number.parseInt(local!.split(":")[1]!, 16) === port;
    return isOurs ? [`socket:[${inode}]`] : [];
  });
}

function holdsAny(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((descriptor) => sockets.has(targetOf(`${folder}/${descriptor}`)));
  } catch {
    // it has ended, or belongs to another user
    return false;
  }
}

/** Whether we may see what it listens on. */
export function showsSockets(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).length > 0;
  } catch {
    return false;
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}

const LONGEST = 300;

/** The command line of a process, for messages. */
export function commandOf(pid: number): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
  } catch {
    return "a process that has ended";
  }
}

/** The OTEL_* variables with which a process was started. */
export function environmentOf(pid: number): Record<string, string> {
  try {
    const pairs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return Object.fromEntries(
      pairs.flatMap((pair) => (pair.startsWith("OTEL_") ? [pair.split(/=(.*)/s, 2) as [string, string]] : [])),
    );
  } catch {
    return {};
  }
}
