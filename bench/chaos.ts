/**
 * Does a run end well whatever happens to it? `npm run chaos [-- --runs 30 --seed 1 --minutes 15]`
 *
 * Small runs, each with one fault at a random moment. After every run: it ended within its planned time and 15 s, with an
 * exit code that fits; its results file is valid, or absent if nothing was measured; every finished trial is in it, or in
 * the journal; no process and no temporary folder is left. Exit code 1 if any of this is broken.
 */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { seededRandom } from "../src/base/random.ts";
import { count } from "../src/base/units.ts";
import { readOption } from "../src/cli/read-option.ts";
import { readResults } from "../src/record/file.ts";
import { readJournal } from "../src/record/journal.ts";
import { markedProcesses } from "./marked-processes.ts";
import { scriptOptions } from "./script-options.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const SIZE = "--rounds 2 --duration 400ms --warmup 200ms --rate 100/s --connections 4 --phase cost --phase latency";
const ARGS = `--target bare:1 --sampler ratio:0.5 --no-reference ${SIZE} --json`.split(" ");
const GRACE_MS = 15_000;
/** Small enough to be filled at once, and large enough to begin a run. */
const DISK = "size=24m";

const { runs, seed, minutes } = scriptOptions(() => {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { runs: text, seed: text, minutes: text } });
  return {
    runs: readOption("--runs", count(), values.runs ?? "30"),
    seed: readOption("--seed", count(0), values.seed ?? "1"),
    minutes: readOption("--minutes", count(), values.minutes ?? "15"),
  };
});
const random = seededRandom(seed);
const deadlineMs = performance.now() + minutes * 60_000;
const folder = mkdtempSync(join(tmpdir(), "spantoll-chaos-"));
const broken: string[] = [];

/** One run under attack. */
interface Victim {
  readonly mark: string;
  readonly pid: number;
  readonly folder: string;
}

interface Fault {
  /** Exit codes that fit, besides 0 and 3. */
  readonly codes?: readonly number[];
  /** Why it cannot be done here. */
  readonly unable?: () => string | undefined;
  readonly before?: (folder: string) => void;
  readonly after?: (folder: string) => void;
  readonly wrap?: readonly string[];
  /** At a random moment. */
  readonly strike?: (victim: Victim) => Promise<void> | void;
  readonly readAfterMs?: number;
}

const isRoot = process.getuid?.() === 0;
const FAULTS: Readonly<Record<string, Fault>> = {
  "SIGSTOP of a child": { strike: (victim) => signal(childOf(victim), "SIGSTOP") },
  "SIGKILL of a child": { strike: (victim) => signal(childOf(victim), "SIGKILL") },
  "SIGSTOP of the harness for 2 s": {
    strike: async ({ pid }) => {
      signal(pid, "SIGSTOP");
      await sleep(2000);
      signal(pid, "SIGCONT");
    },
  },
  "SIGKILL of the harness": { codes: [-1], strike: ({ pid }) => signal(pid, "SIGKILL") },
  "disk full": {
    codes: [2],
    unable: () => (isRoot ? undefined : "only root can mount a small disk"),
    before: (at) => void execFileSync("/usr/bin/env", ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", at]),
    after: (at) => void execFileSync("/usr/bin/env", ["umount", "-l", at]),
    strike: ({ folder: at }) => {
      try {
        writeFileSync(join(at, "filler"), Buffer.alloc(32 * 1024 * 1024));
      } catch {
        // full, as it should be
      }
    },
  },
  "few descriptors": { codes: [1, 2], wrap: ["prlimit", `--nofile=${24 + Math.floor(random() * 60)}`] },
  "strangers' posts": { strike: postToSink },
  "slow reader of stdout": { readAfterMs: 4000 },
  "clock step": { unable: () => "it would move the clock of the whole machine" },
};

await check("none (the first fills the compile cache)", {});
const startedMs = performance.now();
await check("none", {});
const plannedMs = performance.now() - startedMs;
console.log(`an undisturbed run takes ${(plannedMs / 1000).toFixed(1)} s`);
const possible = Object.entries(FAULTS).filter(([name, { unable }]) => {
  const reason = unable?.();
  if (reason !== undefined) console.log(`skipped: ${name}: ${reason}`);
  return reason === undefined;
});
let done = 0;
for (; done < runs && performance.now() < deadlineMs; done++) await check(...possible[done % possible.length]!);
if (done < runs) broken.push(`time ran out after ${done} of ${runs} runs`);
rmSync(folder, { recursive: true, force: true });
for (const promise of broken) console.log(`BROKEN: ${promise}`);
console.log(`${done} runs, ${broken.length} broken promises`);
process.exitCode = broken.length === 0 ? 0 : 1;

async function check(name: string, fault: Fault): Promise<void> {
  const at = join(folder, randomUUID());
  const temporary = join(folder, `tmp-${randomUUID()}`);
  for (const path of [at, temporary]) mkdirSync(path);
  fault.before?.(at);
  const out = join(at, "out.json");
  const mark = `SPANTOLL_CHAOS=${randomUUID()}`;
  const [command, ...args] = [...(fault.wrap ?? []), process.execPath, MAIN, "bench", ...ARGS, "--out", out];
  const env = { SPANTOLL_CHAOS: mark.split("=")[1]!, TMPDIR: temporary };
  const beganMs = performance.now();
  const run = execa(command, args, { reject: false, stdin: "ignore", buffer: false, env });
  let stderr = "";
  run.stderr.on("data", (chunk: Buffer) => (stderr += String(chunk)));
  setTimeout(() => run.stdout.resume(), fault.readAfterMs ?? 0);
  const limitMs = (name.startsWith("none") ? 30_000 : plannedMs) + GRACE_MS;
  const strikeAtMs = 300 + random() * Math.max(0, limitMs - GRACE_MS - 800);
  const finished = new Set<string>();
  const look = setInterval(() => idsIn(() => readJournal(out)).forEach((id) => finished.add(id)), 100);
  if (fault.strike !== undefined)
    void sleep(strikeAtMs).then(
      () => fault.strike!({ mark, pid: run.pid!, folder: at }),
      () => undefined,
    );
  const ended = await Promise.race([run, sleep(limitMs, undefined)]);
  clearInterval(look);
  const tookMs = performance.now() - beganMs;
  const faults: string[] = [];
  if (ended === undefined) faults.push(`it did not end within ${(limitMs / 1000).toFixed(1)} s`);
  else {
    const code = ended.exitCode ?? -1;
    const [last = ""] = stderr.trim().split("\n").slice(-1);
    if (![0, 3, ...(fault.codes ?? [])].includes(code)) faults.push(`exit code ${code}: ${last}`);
    if (/^\s+at .*:\d+:\d+\)?$/m.test(stderr)) faults.push(`a stack: ${stderr.trim().slice(0, 300)}`);
  }
  await sleep(ended === undefined ? 0 : 200);
  for (const untilMs = performance.now() + 5000; markedProcesses(mark).length > 0; await sleep(50))
    if (performance.now() > untilMs || ended === undefined) break;
  const left = markedProcesses(mark);
  if (left.length > 0 && ended !== undefined) faults.push(`left: ${left.map((one) => one.command).join("; ")}`);
  for (const { pid } of left) signal(pid, "SIGKILL");
  const folders = readdirSync(temporary).filter((entry) => entry.startsWith("spantoll-"));
  if (folders.length > 0 && ended !== undefined) faults.push(`temporary folders are left: ${folders.join(", ")}`);
  const kept = new Set([
    ...idsIn(() => readJournal(out)),
    ...(existsSync(out) ? idsIn(() => readResults(out), faults) : []),
  ]);
  const lost = [...finished].filter((id) => !kept.has(id));
  if (lost.length > 0) faults.push(`lost: ${lost.join(", ")}`);
  fault.after?.(at);
  console.log(
    `${name}: ${ended?.exitCode ?? ended?.signal ?? "no end"} after ${(tookMs / 1000).toFixed(1)} s, ${kept.size} trials kept`,
  );
  for (const reason of faults) broken.push(`${name}: ${reason}`);
}

function idsIn(read: () => { records: { trial: { id: string } }[] } | undefined, faults?: string[]): string[] {
  try {
    return read()?.records.map(({ trial }) => trial.id) ?? [];
  } catch (error) {
    // a journal that is just being begun
    faults?.push(`the results file is not valid: ${(error as Error).message}`);
    return [];
  }
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // it has ended
  }
}

function childOf({ mark, pid }: Victim): number | undefined {
  const children = markedProcesses(mark).filter((one) => one.pid !== pid && one.command.includes("/src/"));
  return children[Math.floor(random() * children.length)]?.pid;
}

/** Posts to every port on which the sink listens, without its secret. */
async function postToSink({ mark }: Victim): Promise<void> {
  const sink = markedProcesses(mark).find(({ command }) => command.includes("sink/process"));
  if (sink === undefined) return;
  const sockets = readdirSync(`/proc/${sink.pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${sink.pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const ports = fields.flatMap(([, local, , state, , , , , , inode]) =>
    state === "0A" && sockets.includes(inode!) ? [parseInt(local!.split(":")[1]!, 16)] : [],
  );
  const headers = { "content-type": "application/json" };
  const posts = ports.map((port) =>
    fetch(`http://127.0.0.1:${port}/v1/traces`, { method: "POST", headers, body: '{"resourceSpans":[]}' }),
  );
  const statuses = (await Promise.allSettled(posts)).map((post) =>
    post.status === "fulfilled" ? post.value.status : 0,
  );
  if (statuses.includes(200)) broken.push("strangers' posts: the sink accepted one");
}
