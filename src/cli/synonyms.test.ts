import assert from "node:assert/strict";
import { test } from "node:test";
import { describeProgram } from "./program.ts";
import { withSynonym } from "./synonyms.ts";

const { commands } = await describeProgram();
const messageOf = (command: string, option: string): string =>
  withSynonym(
    `unknown option '${option}'`,
    commands.find((one) => one.name() === command),
  );

test("an option that has another name elsewhere is named as this program has it, if the command has it", () => {
  assert.match(messageOf("bench", "--window"), /--duration\?/);
  assert.match(messageOf("bench", "--rps"), /--rate\?/);
  assert.equal(messageOf("history", "--window"), "unknown option '--window'");
  assert.equal(messageOf("bench", "--nonsense"), "unknown option '--nonsense'");
});
