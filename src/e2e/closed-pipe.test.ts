import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fixtureResults } from "../report/results.fixture.ts";
import { start, temporaryFolder } from "./program.fixture.ts";

const file = join(temporaryFolder(), "results.json");
writeFileSync(file, JSON.stringify(fixtureResults()));

/** Nobody reads the stream any more by the time the program writes to it. */
async function unread(stream: "stdout" | "stderr", args: readonly string[]) {
  const program = start(args);
  program[stream].destroy();
  return program;
}

describe("a reader that goes away, as head does, is no error", () => {
  const cases: readonly (readonly [string[], number])[] = [
    [["advise", file], 0],
    [["advise", file, "--max-cpu", "0.1%"], 1],
    [["report", file], 0],
    [["list"], 0],
    [["schema"], 0],
  ];
  for (const [args, code] of cases) {
    it(`${args.filter((arg) => arg !== file).join(" ")} ends with ${code}, and says nothing of it`, async () => {
      const { exitCode, stderr } = await unread("stdout", args);
      assert.deepEqual([exitCode, stderr], [code, ""]);
    });
  }

  it("a mistake keeps its exit code where nobody reads stderr", async () => {
    assert.equal((await unread("stderr", ["bench", "nowhere"])).exitCode, 2);
  });
});
