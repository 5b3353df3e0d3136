/** Services of the user's own, and what becomes of a run of one. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { readResults } from "../record/file.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { ControlFailure } from "../run/target/control-failure.ts";
import { ITEM as ONE, SERVICE } from "./check.fixture.ts";
import { runTogetherIn, TINY, writeJson } from "./program.fixture.ts";

export const folder = temporaryFolder();
/** What these checks add. */
const NEW_WARNINGS = ["requests-unaccounted", "traces-beyond-requests"];

/** As a user runs it. */
export async function bench(name: string, target: string, fields: object = {}) {
  const usual = { target, samplers: ["always_on"], reference: false, requests: ONE, phases: ["cost"] };
  const scenario = writeJson(folder, name, { ...usual, ...fields });
  const out = join(folder, `${name}-results.json`);
  const { exitCode, stdout, stderr } = await runTogetherIn(SERVICE, "bench", scenario, ...TINY, "--out", out);
  return { exitCode, stdout, stderr, records: (): TrialRecord[] => readResults(out).records };
}

/** A script beside the results, and the words that run it. */
export function script(name: string, text: string): string {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, text);
  return path;
}

export const listen = (host: string, answer = "response.end()"): string =>
  `require("node:http").createServer(function (request, response) { ${answer} }).listen(process.env.PORT, "${host}");`;

export function assertMeasured(records: readonly TrialRecord[]): void {
  for (const { ending, failure, requests, warnings, resources } of records) {
    assert.equal(ending, "completed", failure);
    assert.equal(requests!.startedAtTarget, requests!.completedAtDriver);
    assert.ok(resources!.cpuUs > 0 && resources!.rssBytes! > 0);
    assertNoNewWarnings(warnings);
  }
}

/** A run ends with 2 and prints this. */
export function assertRefused(started: Promise<unknown>, reason: RegExp): Promise<void> {
  return assert.rejects(started, (error) => {
    assert.ok(error instanceof ControlFailure, String(error));
    assert.match(error.message, reason);
    return true;
  });
}

export function assertNoNewWarnings(warnings: TrialRecord["warnings"]): void {
  const codes = warnings.map(({ code }) => code);
  for (const code of NEW_WARNINGS) assert.ok(!codes.includes(code), code);
}
