/** With real processes: one that is stopped in mid-trial fails that trial, and no other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { runWithoutNone } from "./run-plan.fixture.ts";
import { childrenOf } from "./processes/children.fixture.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { Deadline } from "./processes/deadline.ts";

const PROGRAMS = { sink: "sink/process", load: "load/process", target: "target/entry" };
type Who = keyof typeof PROGRAMS;

/** Stops a process as each window opens, or as each target starts: the next of `stopped`; gives that stage a second. */
class StoppingDeadline extends Deadline {
  readonly #stopped: (Who | "none")[];

  readonly #at: string;

  constructor(stopped: readonly (Who | "none")[], at: "start" | "window") {
    super(1000);
    this.#stopped = [...stopped];
    this.#at = at;
  }

  override begin(...[stage, plannedMs, late]: Parameters<Deadline["begin"]>): void {
    const who = stage === this.#at ? this.#stopped.shift() : undefined;
    super.begin(stage, 60_000 + plannedMs, late);
    if (who !== undefined && who !== "none") void this.#stop(PROGRAMS[who], stage);
  }

  async #stop(program: string, stage: string): Promise<void> {
    while (childOf(program) === undefined) await sleep(2);
    process.kill(childOf(program)!, "SIGSTOP");
    super.begin(stage, 0);
  }
}

/** Runs one trial of one variant for each of `stopped`, in which that process is stopped, and one more; those of `earlier` are done. */
async function runStopping(
  stopped: readonly (Who | "none")[],
  at: "start" | "window" = "window",
  earlier: readonly TrialRecord[] = [],
): Promise<{ records: TrialRecord[]; reasons: string[] }> {
  const rounds = earlier.length + stopped.length + 1;
  const fields = { target: "bare:1", samplers: ["ratio:0.5"], reference: false, phases: ["latency"], rounds };
  const windows = { duration: "400ms", warmup: "300ms", timeout: "300ms" };
  const deadline = new StoppingDeadline(stopped, at);
  return runWithoutNone({ ...fields, ...windows }, { earlier, deadline });
}

const childOf = (program: string): number | undefined => childrenOf(process.pid, program)[0];

function endingsOf(records: readonly TrialRecord[]): string[] {
  return records.map(({ ending, failure = "" }) =>
    /^(?!not tried again).* did not answer .* within .* stopped/.test(failure) ? "late" : ending,
  );
}

test("a stopped process fails its trial with the reason, the next trial has a fresh one, and none is left", async () => {
  const { records, reasons } = await runStopping(["sink", "target", "load"]);
  assert.deepEqual(endingsOf(records), ["late", "late", "late", "completed"]);
  assert.deepEqual(reasons, []);
  for (const program of Object.values(PROGRAMS)) assert.equal(childOf(program), undefined);
});

test("the only variant, stopped as it starts, is tried again", async () => {
  const { records, reasons } = await runStopping(["target"], "start");
  assert.deepEqual(endingsOf(records), ["late", "completed"]);
  assert.deepEqual(reasons, []);
});

test("a service that hung in two trials is not tried again", async () => {
  const { records } = await runStopping(["target", "target"]);
  assert.deepEqual(endingsOf(records), ["late", "late", "failed"]);
});

test("a service that had answered before, also before a resumed run, is tried again after it hung in two trials", async () => {
  const { records } = await runStopping(["none", "target", "target"]);
  assert.deepEqual(endingsOf(records), ["completed", "late", "late", "completed"]);
  const resumed = await runStopping(["target", "target"], "window", records.slice(0, 1));
  assert.deepEqual(endingsOf(resumed.records), ["late", "late", "completed"]);
});

test("a run whose sinks do not answer, fresh ones neither, ends with the second trial", async () => {
  const { records, reasons } = await runStopping(["sink", "sink", "sink"]);
  assert.deepEqual(endingsOf(records), ["late", "late"]);
  assert.match(reasons.join(), /the sink did not answer/);
});
