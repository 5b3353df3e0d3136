/** One traced trial behind a Collector. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { COLLECTOR, JAEGER, type Program } from "../collector/programs.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { measure, temporaryFolder } from "./program.fixture.ts";

const missing = (program: Program): string | false =>
  existsSync(program.path()) ? false : `${program.title} is not built: npm run ${program.setup}`;
/** Why a test is skipped. */
export const noCollector = missing(COLLECTOR);
export const noJaeger = missing(JAEGER);
export const folder = temporaryFolder();
export const ONE = ["--target", "bare:5", "--sampler", "always_on", "--phase", "latency"];

/** The one traced trial; nothing of it is unexplained. */
export async function measureVia(collector: string, ...args: readonly string[]): Promise<TrialRecord> {
  const out = join(folder, `${[collector, ...args].join("-").replaceAll(/\W/g, "-")}.json`);
  const { results, stderr } = await measure(out, ...ONE, "--collector", collector, ...args);
  const record = results.records.find(({ trial }) => trial.variant !== "none");
  assert.equal(record?.ending, "completed", record?.failure ?? stderr);
  assert.equal(record.ledger!.residual, 0, JSON.stringify(record.ledger));
  return record;
}
