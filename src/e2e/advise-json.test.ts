import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Results } from "../record/results.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { run, temporaryFolder } from "./program.fixture.ts";

describe("the advice as JSON", () => {
  const file = join(temporaryFolder(), "results.json");
  const told = async (results: Results, ...options: string[]): Promise<Record<string, unknown>> => {
    writeFileSync(file, JSON.stringify(results));
    return JSON.parse((await run("advise", file, "--json", ...options)).stdout) as Record<string, unknown>;
  };

  it("has the same keys whatever there is to tell: what there is none of is null", async () => {
    const full = await told(fixtureResults({ samplers: ["ratio:0.1", "always_off"] }), "--traffic", "600/s");
    const bare = await told(fixtureResults({ phases: ["latency"] }));
    assert.deepEqual(Object.keys(bare), Object.keys(full));
    assert.deepEqual([bare["chosen"], bare["floor"], bare["batch"], bare["noBatch"]], [null, null, null, null]);
    const [fullest, barest] = [full, bare].map(({ variants }) => (variants as Record<string, unknown>[])[0]!);
    assert.deepEqual(Object.keys(barest!), Object.keys(fullest!));
    assert.deepEqual([fullest!["lack"], fullest!["onFront"]], [null, true]);
    assert.deepEqual([barest!["lack"], barest!["onFront"], barest!["projection"]], ["cost", null, null]);
  });

  it("tells what tracing costs that keeps nothing", async () => {
    const { floor } = await told(fixtureResults({ samplers: ["ratio:0.1", "always_off"] }));
    assert.equal((floor as { variant: { id: string } }).variant.id, "always_off");
  });
});
