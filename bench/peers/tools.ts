/** Other people's drivers, on the command line: what they are asked, and how they tell. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa, execaSync } from "execa";
import type { Driver, Edges, LoadTask, Told } from "./driver.ts";
import type { Context } from "./section.ts";

interface Tool {
  readonly name: string;
  readonly command: string;
  /** What brings it, where it is missing. */
  readonly install: string;
  /** `seconds` is how long it is to run; they take whole ones only. */
  args(task: LoadTask, seconds: number): readonly string[];
  read(stdout: string): Omit<Told, "overMs">;
}

const AUTOCANNON = fileURLToPath(import.meta.resolve("autocannon"));
/** The window closes so long before the tool does, so that it is still at it. */
const LAST_MS = 100;
const GRACE_MS = 10_000;

export const wrk: Tool = {
  name: "wrk",
  command: "wrk",
  install: "apt-get install wrk",
  args: ({ origin, connections }, seconds) => ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", `${origin}/`],
  read: (stdout) => ({
    requests: Number(found(stdout, /(\d+) requests in/)),
    p50Ms: wrkMs(found(stdout, /^ +50% +(\S+)$/m)),
    p99Ms: wrkMs(found(stdout, /^ +99% +(\S+)$/m)),
  }),
};

export const hey: Tool = {
  name: "hey",
  command: "hey",
  install: "apt-get install hey",
  // its rate is that of each worker
  args: ({ origin, connections, ratePerSecond }, seconds) => [
    `-z=${seconds}s`,
    `-c=${connections}`,
    "-cpus=1",
    ...(ratePerSecond === undefined ? [] : [`-q=${ratePerSecond / connections}`]),
    `${origin}/`,
  ],
  read: (stdout) => ({
    requests: [...stdout.matchAll(/^ +\[\d+\]\s+(\d+) responses$/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    ),
    p50Ms: 1000 * Number(found(stdout, /^ +50%+ in (\S+) secs$/m)),
    p99Ms: 1000 * Number(found(stdout, /^ +99%+ in (\S+) secs$/m)),
  }),
};

/** By itself, not as our closed loop uses it. */
export const autocannon: Tool = {
  name: "autocannon",
  command: process.execPath,
  install: "npm ci",
  args: ({ origin, connections, ratePerSecond }, seconds) => [
    AUTOCANNON,
    "--json",
    `--connections=${connections}`,
    `--duration=${seconds}`,
    ...(ratePerSecond === undefined ? [] : [`--overallRate=${ratePerSecond}`]),
    `${origin}/`,
  ],
  read: (stdout) => {
    const { requests, latency } = JSON.parse(stdout) as Record<"requests" | "latency", Record<string, number>>;
    return { requests: requests["total"]!, p50Ms: latency["p50"]!, p99Ms: latency["p99"]! };
  },
};

function found(text: string, pattern: RegExp): string {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`${pattern} is not in this answer:\n${text}`);
  return match[1]!;
}

const WRK_UNITS_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function wrkMs(text: string): number {
  const [, value, unit] = /^([\d.]+)([a-z]+)$/.exec(text)!;
  return Number(value) * WRK_UNITS_MS[unit!]!;
}

/** Those that this machine has; of each of the others a note how to get it. */
export function installed(tools: readonly Tool[], { note }: Pick<Context, "note">): Driver[] {
  return tools
    .filter(({ name, command, install }) => {
      const { code } = execaSync(command, ["-v"], { reject: false, stdin: "ignore" });
      if (code === "ENOENT") note(`${name} is not installed and was left out; ${install} brings it`);
      return code !== "ENOENT";
    })
    .map(driverOf);
}

function driverOf(tool: Tool): Driver {
  return { name: tool.name, run: (task, edges, context) => run(tool, task, edges, context) };
}

async function run(tool: Tool, task: LoadTask, edges: Edges, { pinning, signal }: Context): Promise<Told> {
  const seconds = Math.ceil((task.warmupMs + task.windowMs) / 1000);
  const pinned = pinning === undefined ? [] : ["taskset", "-c", pinning.others];
  const [file, ...args] = [...pinned, tool.command, ...tool.args(task, seconds)];
  const over = new AbortController();
  const process = execa(file!, args, { cancelSignal: signal, timeout: seconds * 1000 + GRACE_MS, stdin: "ignore" });
  try {
    const watching = watch(process.pid!, [task.warmupMs, seconds * 1000 - LAST_MS], edges, over.signal);
    const [{ stdout }] = await Promise.all([process, watching]);
    return { ...tool.read(stdout), overMs: seconds * 1000 };
  } finally {
    over.abort();
  }
}

async function watch(
  pid: number,
  [openMs, closedMs]: readonly [number, number],
  edges: Edges,
  signal: AbortSignal,
): Promise<void> {
  await sleep(openMs, undefined, { signal });
  edges.opened(pid);
  await sleep(closedMs - openMs, undefined, { signal });
  edges.closed(pid);
}
