import { randomUUID } from "node:crypto";
import { getCompileCacheDir } from "node:module";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { siblingModule } from "../../base/sibling.ts";
import { cleanEnvironment } from "./clean-environment.ts";
import type { Guarded } from "./guard.ts";

/** How a process ended: its code or signal, and the last lines it wrote to stderr, or to stdout if stderr says nothing. */
export interface Exit {
  readonly how: string;
  readonly stderrTail: string;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  /** The guard of a user's command: killed outright, it could not end what it guards. */
  readonly guard?: boolean;
  /** How long it may take to end after `stop`, before the margin of `KILL_AFTER_MS`. */
  readonly graceMs?: number | undefined;
  /** With an IPC channel; only for processes of ours. */
  readonly ipc: boolean;
  /** Core list for taskset, `0` or `1-3`; undefined leaves the process where the kernel puts it. */
  readonly cores: string | undefined;
}

const TAIL_KEPT = 4000;
const KILL_AFTER_MS = 1500;

/** Lets processes of ours, all variants alike, share compiled code with earlier ones: a round starts many, and starting is not measured. */
export function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

/** Runtimes print where it was thrown before what it was, and the stack behind: `Error [CODE]: …`, `a.b.XException: …`. */
const MESSAGE = /^\s*(?:Uncaught |Exception in thread \S+ )?[\w.]*(?:Error|Exception)\b[^:]*: \S.*$/m;

/** What a Node says that cannot load the preload. */
const OLD_NODE = /--import= is not allowed in NODE_OPTIONS|does not provide an export named 'register'/;

function oldNode(text: string): string | undefined {
  if (!OLD_NODE.test(text)) return undefined;
  const version = /^Node\.js (v[\d.]+)/m.exec(text)?.[1];
  const which = version === undefined ? "an older Node" : `Node ${version}`;
  return `It runs on ${which}. Spantoll's tracing needs Node 18.19, or 20.6 or later, in the service, or a service with own_sdk`;
}

/** The fix for a port that is not the one given. */
export const takePort = (variable = "PORT"): string =>
  `have it take its port from ${variable}, or write {port} into the command`;

/** Variants run side by side, so that a port of the service's own is taken by the first of them. */
function takenPort(text: string): string | undefined {
  const [, line] = /^(.*(?:EADDRINUSE|address already in use).*)$/im.exec(text) ?? [];
  if (line === undefined) return undefined;
  const port = /[:,] ?(\d{2,5})\b/.exec(line)?.[1];
  const taken = port === undefined ? "its port is taken" : `it listens at port ${port}, which is taken`;
  return `${taken}, as by another variant of the run: ${takePort()}`;
}

/** Starts a program of ours with an IPC channel, and options of Node. */
export function startNode(path: string, cores: string | undefined, options: readonly string[] = []): Child {
  return startChild({ command: process.execPath, args: [...options, path], env: compileCache(), ipc: true, cores });
}

/** Starts a command under the guard, so that all its processes end when we are gone. They are known by the token. */
export function startGuarded(
  guarded: Omit<Guarded, "token">,
  { cores, cwd }: Pick<ChildOptions, "cores" | "cwd">,
): Child & Pick<Guarded, "token"> {
  // no pid: those are used again, also while what `--keep-jaeger` leaves running still has the variable
  const token = randomUUID();
  const child = startChild({
    command: process.execPath,
    args: [siblingModule(import.meta.url, "./guard"), JSON.stringify({ ...guarded, token })],
    ipc: true,
    guard: true,
    graceMs: guarded.graceMs,
    cores,
    cwd,
  });
  return Object.assign(child, { token });
}

const STAYS = "have it run in the foreground, as long as its service: docker run without -d, pm2-runtime";

/** Why a process ended too early. The cause comes first, because reports show only the first lines. */
export function exitReason(who: string, { how, stderrTail }: Exit, when: string): string {
  const stays = how === "exited with 0" ? STAYS : undefined;
  const cause = oldNode(stderrTail) ?? takenPort(stderrTail) ?? MESSAGE.exec(stderrTail)?.[0].trim() ?? stays;
  const said = stderrTail === "" ? "it wrote nothing" : stderrTail;
  return [`${who} ${how} ${when}`, ...(cause === undefined ? [] : [cause]), said].join("\n");
}

/** A process that this run started. */
export interface Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** The last of what it has written to stdout and stderr. */
  output(): string;
  send(message: object): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
  /** Ends it, politely first; resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

export function startChild(options: ChildOptions): Child {
  const subprocess = spawn(options);
  const [stderr, stdout] = [readTail(subprocess.stderr), readTail(subprocess.stdout)];
  const exited = subprocess.then((result): Exit => ({ how: howEnded(result), stderrTail: stderr() || stdout() }));
  // a guard that is stopped would end nothing
  const resume = (): boolean => options.guard === true && subprocess.kill("SIGCONT");
  return {
    get pid() {
      return subprocess.pid ?? -1;
    },
    exited,
    output: () => `${stdout()}\n${stderr()}`,
    send: async (message) => {
      try {
        await subprocess.sendMessage?.(message);
      } catch {
        // `exited` reports a process that has just ended
      }
    },
    onMessage: (listener) => {
      subprocess.nodeChildProcess.on("message", listener);
    },
    stop: async () => {
      subprocess.kill("SIGTERM");
      resume();
      await exited;
    },
    kill: async () => {
      subprocess.kill(options.guard === true ? "SIGINT" : "SIGKILL");
      resume();
      await exited;
    },
  };
}

function spawn(options: ChildOptions) {
  const pinned = options.cores === undefined ? [] : ["taskset", "-c", options.cores];
  const [file, ...args] = [...pinned, options.command, ...options.args];
  return execa(file!, args, {
    ...(options.ipc && { ipc: true, serialization: "advanced" }),
    buffer: false,
    reject: false,
    stdin: "ignore",
    stdout: options.guard === true ? "pipe" : "ignore",
    stderr: "pipe",
    forceKillAfterDelay: KILL_AFTER_MS + (options.graceMs ?? 0),
    extendEnv: false,
    env: { ...cleanEnvironment(process.env), ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
}

/** Returns the last that it has written so far. */
function readTail(stream: Readable | null): () => string {
  let tail = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    tail = (tail + chunk).slice(-TAIL_KEPT);
  });
  return () => tail.trim();
}

function howEnded({ isTerminated, signal, exitCode, originalMessage }: Awaited<ReturnType<typeof spawn>>): string {
  if (isTerminated) return `ended by ${signal}`;
  return exitCode === undefined ? (originalMessage ?? "could not be started") : `exited with ${exitCode}`;
}
