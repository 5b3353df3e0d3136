import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { processIds, processText, readStat } from "../../base/process-identity.ts";

const LISTENING = "0A";
/** Established, and not yet answered. */
const CALLING = ["01", "02"];

/** The processes that listen on the TCP port; empty if the kernel does not report them. */
export function listenersOn(port: number): number[] {
  return [...new Set([...listenersByAddress(port).values()].flat())];
}

/** The same by local address, as the kernel writes it. A process of another user is in no list. */
export function listenersByAddress(port: number): ReadonlyMap<string, readonly number[]> {
  const listening = sockets().filter(({ state, localPort }) => state === LISTENING && localPort === port);
  const byAddress = Map.groupBy(listening, ({ address }) => address);
  return new Map([...byAddress].map(([address, own]) => [address, holdersOf(own.map(({ socket }) => socket))]));
}

/** The TCP ports that these processes listen on; empty if the kernel does not report them. */
export function portsServedBy(pids: readonly number[]): number[] {
  const held = new Set(pids.flatMap(linksOf));
  const own = sockets().filter(({ socket, state }) => state === LISTENING && held.has(socket));
  return [...new Set(own.map(({ localPort }) => localPort))];
}

/** The ports of the connections that these processes have opened, but not to each other; empty if the kernel does not report them. */
export function portsCalledBy(pids: readonly number[]): number[] {
  const held = new Set(pids.flatMap(linksOf));
  const own = sockets().filter(({ socket }) => held.has(socket));
  const served = new Set(own.flatMap(({ state, localPort }) => (state === LISTENING ? [localPort] : [])));
  const called = own.filter(({ state, localPort }) => CALLING.includes(state) && !served.has(localPort));
  return [...new Set(called.map(({ remotePort }) => remotePort).filter((port) => !served.has(port)))];
}

interface Socket {
  /** The local one, as the kernel writes it. */
  readonly address: string;
  readonly localPort: number;
  readonly remotePort: number;
  readonly state: string;
  /** `socket:[inode]`, as the links of /proc/PID/fd have it. */
  readonly socket: string;
}

/** All of TCP; none if the kernel does not report them. One without IPv6 has one table. */
function sockets(): Socket[] {
  return ["tcp", "tcp6"].flatMap((table) => {
    try {
      return readFileSync(`/proc/net/${table}`, "utf8").trim().split("\n").slice(1).map(socketOf);
    } catch {
      return [];
    }
  });
}

function socketOf(line: string): Socket {
  const [, local = "", remote = "", state = "", , , , , , inode] = line.trim().split(/\s+/);
  const portOf = (end: string): number => Number.parseInt(end.split(":")[1]!, 16);
  return {
    address: local.split(":")[0]!,
    localPort: portOf(local),
    remotePort: portOf(remote),
    state,
    socket: `socket:[${inode}]`,
  };
}

function holdersOf(sockets: readonly string[]): number[] {
  const held = new Set(sockets);
  return processIds().filter((pid) => holdsAny(pid, held));
}

function holdsAny(pid: number, sockets: ReadonlySet<string>): boolean {
  return linksOf(pid).some((link) => sockets.has(link));
}

/** What its descriptors are; none if it has ended, or belongs to another user. */
function linksOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((descriptor) => targetOf(`${folder}/${descriptor}`));
  } catch {
    return [];
  }
}

/** Whether we may see what it listens on. */
export function showsSockets(pid: number): boolean {
  return linksOf(pid).length > 0;
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}

/** The file name of the program that a process runs; of another user's what the kernel calls it. Unlike a command line, it holds no secret. */
export function programOf(pid: number): string {
  return basename(targetOf(`/proc/${pid}/exe`)) || (readStat(pid)?.name ?? "a process that has ended");
}

/** What the kernel calls the process, and its program. */
export function namesOf(pid: number): string[] {
  return [readStat(pid)?.name ?? "", programOf(pid)];
}

const LONGEST = 300;

/** The command line of a process, for messages. */
export function commandOf(pid: number): string {
  const words = processText(pid, "cmdline")?.replaceAll("\0", " ").trim() ?? "a process that has ended";
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

/** The OTEL_* variables with which a process was started. */
export function environmentOf(pid: number): Record<string, string> {
  const pairs = processText(pid, "environ")?.split("\0") ?? [];
  return Object.fromEntries(
    pairs.flatMap((pair) => (pair.startsWith("OTEL_") ? [pair.split(/=(.*)/s, 2) as [string, string]] : [])),
  );
}
