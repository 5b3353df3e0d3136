import assert from "node:assert/strict";
import { test } from "node:test";
import { describeProgram } from "./program.ts";
import { OF_MEASURING, withSynonym } from "./synonyms.ts";

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

test("an option that sets what is measured is said to be of bench, by each command that reads files", () => {
  for (const command of ["advise", "report", "compare", "history"])
    for (const option of ["--sampler", "--rounds"]) {
      const message = messageOf(command, option);
      for (const part of [option, "bench", command]) assert.ok(message.includes(part), message);
    }
  const options = new Set(commands.find((one) => one.name() === "bench")!.options.map(({ long }) => long));
  for (const option of OF_MEASURING) assert.ok(options.has(`--${option}`), option);
});
