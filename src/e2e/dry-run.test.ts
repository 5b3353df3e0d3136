import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { runTogether } from "./program.fixture.ts";

const folder = temporaryFolder();

test("two commits side by side share the rate of one core, in the phase cost alone", async () => {
  const of = async (...base: string[]) => (await runTogether("bench", "--dry-run", "--phase", "cost", ...base)).stdout;
  const rate = (text: string): number => Number(/(\d+) requests\/s to each/.exec(text)?.[1]);
  assert.equal(rate(await of()), 2 * rate(await of("--base", "HEAD")));
});

test("--dry-run prints variants and duration, and measures nothing", async () => {
  const { exitCode, stdout } = await runTogether("bench", "--dry-run", "--out", join(folder, "plan.json"));
  assert.equal(exitCode, 0);
  assert.match(stdout, /always_on/);
  assert.match(stdout, /about \d+ (min|s)/);
  assert.equal(existsSync(join(folder, "plan.json")), false);
});
