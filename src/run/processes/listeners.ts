import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { processIds, readStat } from "../../base/process-identity.ts";

const LISTENING = "0A";

/** The processes that listen on the TCP port; empty if the kernel does not report them. */
export function listenersOn(port: number): number[] {
  return [...new Set([...listenersByAddress(port).values()].flat())];
}

/** The same by local address, as the kernel writes it. A process of another user is in no list. */
export function listenersByAddress(port: number): ReadonlyMap<string, readonly number[]> {
  try {
    const tables = ["tcp", "tcp6"].map((table) => readFileSync(`/proc/net/${table}`, "utf8"));
    const byAddress = Map.groupBy(
      tables.flatMap((table) => socketsIn(table, port)),
      ({ address }) => address,
    );
    return new Map([...byAddress].map(([address, own]) => [address, holdersOf(own.map(({ socket }) => socket))]));
  } catch {
    return new Map();
  }
}

/** Each socket that listens on the port, as `socket:[inode]`, from the text of /proc/net/tcp. */
function socketsIn(table: string, port: number): { readonly address: string; readonly socket: string }[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
    const [address, hexPort] = local.split(":") as [string, string];
    const isOurs = state === LISTENING && Number.parseInt(hexPort, 16) === port;
    return isOurs ? [{ address, socket: `socket:[${inode}]` }] : [];
  });
}

function holdersOf(sockets: readonly string[]): number[] {
  const held = new Set(sockets);
  return processIds().filter((pid) => holdsAny(pid, held));
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

/** The file name of the program that a process runs. Unlike its command line, it holds no secret. */
export function programOf(pid: number): string {
  return basename(targetOf(`/proc/${pid}/exe`)) || "a process that has ended";
}

/** What the kernel calls the process, and its program. */
export function namesOf(pid: number): string[] {
  return [readStat(pid)?.name ?? "", programOf(pid)];
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
