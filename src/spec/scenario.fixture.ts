import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { readScenario } from "./read.ts";
import type { Scenario } from "./scenario.ts";

export const folder = temporaryFolder();

/** The default scenario under these options. */
export function scenarioWith(fields: object = {}, quick = false): Scenario {
  return readScenario(undefined, { fields, quick });
}

/** What is read from a file of this content: its text, or else its JSON. */
export function fromFile(content: unknown): Scenario {
  const path = join(folder, "mine.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readScenario(path, { fields: {}, quick: false });
}

/** The lines of the one message that `action` fails with. */
export function mistakes(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    assert.equal((error as Error).name, "UserError");
    return (error as Error).message.split("\n");
  }
  return assert.fail("accepted");
}
