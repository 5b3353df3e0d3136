/** One traced trial behind a Collector. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processIds, processText } from "../base/process-identity.ts";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { COLLECTOR, JAEGER, type Program } from "../collector/programs.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { isTraced, measureTarget } from "./check.fixture.ts";

const missing = (program: Program): string | false =>
  existsSync(program.path()) ? false : `${program.title} is not built: npm run ${program.setup}`;
/** Why a test is skipped. */
export const noCollector = missing(COLLECTOR);
export const noJaeger = missing(JAEGER);
export const folder = temporaryFolder();
export const ONE = ["--target", "bare:5", "--sampler", "always_on", "--phase", "latency"];

/** The one traced trial; nothing of it is unexplained. */
export async function measureVia(collector: string, fields: object = {}): Promise<TrialRecord> {
  const [record] = await measureTarget("bare:5", { phases: ["latency"], collectors: [collector], ...fields }, isTraced);
  return assertClosed(record);
}

/** One traced trial a Collector, of one run, by its text; nothing of them is unexplained. */
export async function measureAll(
  collectors: readonly string[],
  fields: object = {},
): Promise<(collector: string) => TrialRecord> {
  const records = await measureTarget("bare:5", { phases: ["latency"], collectors, ...fields }, isTraced);
  return (collector) => assertClosed(records.find(({ trial }) => trial.variant.includes(` via ${collector}`)));
}

function assertClosed(record: TrialRecord | undefined): TrialRecord {
  assert.equal(record?.ending, "completed", record?.failure);
  assert.equal(record.ledger!.residual, 0, JSON.stringify(record.ledger));
  return record;
}

/** Kills the Collector that has this file in its command line, a while after it has accepted spans. */
export async function killWhenLoaded(file: string, measured: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  void measured.finally(() => over.abort()).catch(() => undefined);
  while (!over.signal.aborted) {
    await sleep(50);
    const pid = processIds().find((one) => processText(one, "cmdline")?.includes(`--config\0${file}`));
    if (pid === undefined) continue;
    const port = /METRICS_PORT=(\d+)/.exec(processText(pid, "environ") ?? "")?.[1];
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).then(
      (answer) => answer.text(),
      () => "",
    );
    if (!/accepted_spans\S* [1-9]/.test(metrics)) continue;
    await sleep(500);
    process.kill(pid, "SIGKILL");
    return;
  }
}
