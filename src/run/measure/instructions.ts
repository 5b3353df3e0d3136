/** Instructions that processes execute in user space, by the machine's hardware counters through `perf stat`. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Readable, Writable } from "node:stream";
import { withinTime } from "../../base/clock.ts";

const COUNT = ["stat", "-x,", "-e", "instructions:u"];
const READY_WITHIN_MS = 2000;
const ENDS_WITHIN_MS = 2000;

let isPossible: boolean | undefined;

/** Whether this machine counts them: it needs perf, hardware counters, and leave to read them. It is tried once. */
export function canCountInstructions(): boolean {
  isPossible ??=
    instructionsIn(spawnSync("perf", [...COUNT, "--", "true"], { encoding: "utf8" }).stderr ?? "") !== undefined;
  return isPossible;
}

/** From what `perf stat -x,` prints: the sum over kinds of cores. Undefined if nothing was counted. */
export function instructionsIn(printed: string): number | undefined {
  const counts = [...printed.matchAll(/^(\d+),[^,]*,[^,]*instructions/gm)].map(([, count]) => Number(count));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** Counts from `enable` to `disable`, all threads and children of the processes. */
export class InstructionCounter {
  readonly #perf: ChildProcess;
  readonly #printed: Promise<string>;

  /** Undefined if perf does not say in time that it has opened the counters of all threads: it would begin late. */
  static async start(pids: readonly number[]): Promise<InstructionCounter | undefined> {
    const counter = new InstructionCounter(pids);
    // changes nothing, but is answered
    counter.disable();
    if (await withinTime(once(counter.#perf.stdio[4] as Readable, "data"), READY_WITHIN_MS)) return counter;
    counter.end();
    return undefined;
  }

  private constructor(pids: readonly number[]) {
    const words = [...COUNT, "--delay=-1", "--control=fd:3,4", `--pid=${pids.join(",")}`];
    this.#perf = spawn("perf", words, { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
    this.#perf.on("error", () => undefined);
    this.#perf.on("exit", () => this.#control.destroy());
    for (const pipe of this.#perf.stdio) pipe?.on("error", () => undefined);
    this.#printed = text(this.#perf.stderr as Readable).catch(() => "");
  }

  get #control(): Writable {
    return this.#perf.stdio[3] as Writable;
  }

  enable(): void {
    this.#control.write("enable\n");
  }

  disable(): void {
    this.#control.write("disable\n");
  }

  end(): void {
    this.#perf.kill("SIGKILL");
  }

  /** Ends perf, which then prints its count. */
  async read(): Promise<number | undefined> {
    this.#perf.kill("SIGINT");
    if (!(await withinTime(this.#printed, ENDS_WITHIN_MS))) this.end();
    return instructionsIn(await this.#printed);
  }
}
