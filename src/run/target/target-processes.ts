import { readStat } from "../../base/process-identity.ts";
import { processTrees, readCpu, readCpuOfTrees, readRssBytes, type CpuReading } from "../processes/accounting.ts";
import type { Child, Exit } from "../processes/child.ts";
import { pin } from "../processes/pinning.ts";
import type { ControlServer, TargetLine } from "./control.ts";
import type { StartedCommand } from "./own-service.ts";

/** The measured service of one variant: one process, or the five of a chain. */
export class TargetProcesses {
  readonly origin: string;
  /** When the first of its processes was started, by `performance.now()`. */
  readonly startedMs: number;
  /** Empty if the service brings its own SDK, and no probe. */
  readonly lines: readonly TargetLine[];
  /** Resolves when any of the processes has ended; before the end of the trial that is a failure. */
  readonly exited: Promise<Exit>;
  /** How the first of them ended, if one has. */
  ended: Exit | undefined;
  /** Requests that were not the driver's, of those that are counted. */
  probes: number;
  /** When it was asked the first of them, ms since 1970. */
  readonly probedAtMs: number | undefined;
  readonly #children: readonly Child[];
  readonly #control: ControlServer;
  readonly #command: StartedCommand | undefined;
  #daemons: readonly number[];
  /** As they were listed just before the window. */
  #atOpening: readonly number[] | undefined;

  constructor(
    origin: string,
    children: readonly Child[],
    control: ControlServer,
    command: StartedCommand | undefined,
    startedMs: number,
  ) {
    this.startedMs = startedMs;
    this.origin = origin;
    this.#command = command;
    this.#daemons = command?.daemons ?? [];
    this.probes = command?.probes ?? 0;
    this.probedAtMs = command?.probedAtMs;
    this.lines = control.lines;
    this.#children = children;
    this.#control = control;
    this.exited = Promise.race(children.map((child) => child.exited));
    void this.exited.then((exit) => {
      this.ended = exit;
    });
  }

  /**
   * CPU of a target of ours; of a command all processes that it started, and those that listen or said hello, with their
   * descendants. Undefined if the kernel does not report it.
   */
  readCpu(): CpuReading | undefined {
    if (this.#command === undefined) return readCpu(this.pids());
    return readCpuOfTrees(() => {
      const listed = this.#atOpening ?? this.pids();
      this.#atOpening = undefined;
      return listed;
    });
  }

  /** Before the window: a short-lived helper of the start is no part of what is measured. */
  forgetEnded(): void {
    this.#daemons = this.#daemons.filter((pid) => readStat(pid) !== undefined);
  }

  /** Lists the processes for the reading at the opening: it takes ms, in which the first requests would be late. */
  listProcesses(): void {
    if (this.#command !== undefined) this.#atOpening = this.pids();
  }

  /** Keeps it to these cores from now on, if it was started here. */
  pin(cores: string): void {
    if (this.#children.length === 0) return;
    pin(this.pids(), cores);
  }

  /** All that is measured. */
  pids(): number[] {
    const known = this.lines.map(({ hello }) => hello.pid);
    if (this.#command === undefined) return known;
    // a service that runs already may have started this program
    const guards = this.#children.length === 0 ? processTrees([process.pid]) : this.#children.map(({ pid }) => pid);
    return processTrees([...this.#roots(this.#command), ...known]).filter((pid) => !guards.includes(pid));
  }

  /** Memory of the processes of a command, by the kernel. Undefined for other targets: they report it themselves. */
  readRssBytes(): number | undefined {
    return this.#command && readRssBytes(this.pids());
  }

  /** The guards, what listens, and daemons: those are no children of the command. */
  #roots({ listeners }: StartedCommand): number[] {
    return [...this.#children.map(({ pid }) => pid), ...listeners, ...this.#daemons];
  }

  /** The processes that listen, for a command; empty if the kernel does not report them. */
  get listeners(): readonly number[] {
    return this.#command?.listeners ?? [];
  }

  /** Why it is not certain which processes serve, of a service that runs already. */
  get doubt(): string | undefined {
    return this.#command?.doubt;
  }

  /** The last of what each process has written to stdout and stderr. */
  output(): string {
    return this.#children.map((child) => child.output()).join("\n");
  }

  /** Ends whatever is still there. */
  async stop(): Promise<void> {
    this.#control.close();
    await Promise.all(this.#children.map((child) => child.stop()));
  }

  async kill(): Promise<void> {
    this.#control.close();
    await Promise.all(this.#children.map((child) => child.kill()));
  }
}
