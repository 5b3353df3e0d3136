import { randomUUID } from "node:crypto";
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import { readResults } from "../../src/record/file.ts";
import { readJournal } from "../../src/record/journal.ts";
import type { TrialRecord } from "../../src/record/trial-record.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const SIZE = "--rounds 2 --duration 400ms --warmup 200ms --rate 100/s --connections 4 --phase cost --phase latency";
const ARGS = `--target bare:1 --sampler ratio:0.5 --no-reference ${SIZE} --json`.split(" ");
const LOOK_EVERY_MS = 100;
/** What was started is to be gone by then. */
const GONE_WITHIN_MS = 5000;

export interface Started {
  readonly pid: number;
  readonly command: string;
}

/** A small run in a folder of its own, and everything it starts. */
export class Victim {
  readonly folder: string;
  readonly out: string;
  readonly temporary: string;
  /** In the environment of everything that is started, and so the way to find it. */
  readonly #mark = randomUUID();
  #finished: readonly TrialRecord[] = [];

  constructor(parent: string) {
    this.folder = join(parent, randomUUID());
    this.out = join(this.folder, "out.json");
    this.temporary = join(parent, `tmp-${randomUUID()}`);
    for (const path of [this.folder, this.temporary]) mkdirSync(path);
  }

  /** Starts it, or resumes what it has begun. Its stdout is read after so many ms. */
  start(wrap: readonly string[], readAfterMs: number, isResumed: boolean) {
    const bench = ["bench", ...(isResumed ? ["--json", "--resume", this.out] : [...ARGS, "--out", this.out])];
    const [command, ...args] = [...wrap, process.execPath, MAIN, ...bench];
    const env = { SPANTOLL_CHAOS: this.#mark, TMPDIR: this.temporary };
    const run = execa(command!, args, { reject: false, stdin: "ignore", buffer: { stdout: false }, env });
    setTimeout(() => run.stdout.resume(), readAfterMs);
    const looking = setInterval(() => (this.#finished = this.records() ?? this.#finished), LOOK_EVERY_MS);
    void run.then(() => clearInterval(looking));
    return run;
  }

  processes(): Started[] {
    return globSync("/proc/[0-9]*").flatMap((folder) => {
      try {
        if (!readFileSync(`${folder}/environ`, "latin1").includes(this.#mark)) return [];
        const command = readFileSync(`${folder}/cmdline`, "latin1").replaceAll("\0", " ");
        return [{ pid: Number(folder.slice("/proc/".length)), command }];
      } catch {
        // it ended between the listing and the reading
        return [];
      }
    });
  }

  /** The finished trials on disk: in the journal, or in the results file that has taken its place. */
  records(faults?: string[]): readonly TrialRecord[] | undefined {
    try {
      return (readJournal(this.out) ?? (existsSync(this.out) ? readResults(this.out) : undefined))?.records;
    } catch (error) {
      // while it runs: a journal that is just being begun
      faults?.push(`its file is not valid: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** What is wrong after it has ended. Ends what it has left. */
  async faultsAfterEnd(): Promise<string[]> {
    const faults: string[] = [];
    for (const untilMs = performance.now() + GONE_WITHIN_MS; this.processes().length > 0; await sleep(50))
      if (performance.now() > untilMs) break;
    const left = this.processes();
    if (left.length > 0) faults.push(`processes are left: ${left.map(({ command }) => command).join("; ")}`);
    for (const { pid } of left) process.kill(pid, "SIGKILL");
    const kept = this.records(faults) ?? [];
    const ids = kept.map(({ trial }) => trial.id);
    if (new Set(ids).size < ids.length) faults.push(`a trial is there twice: ${ids.join(", ")}`);
    for (const record of this.#finished) {
      const same = kept.find(({ trial }) => trial.id === record.trial.id);
      if (!isDeepStrictEqual(same, record)) faults.push(`${record.trial.id} was finished, and is lost`);
    }
    this.#finished = kept;
    return faults;
  }

  /** Temporary folders that a run has left which could still clean up. */
  leftFolders(): string[] {
    return readdirSync(this.temporary).filter((entry) => entry.startsWith("spantoll-"));
  }
}
