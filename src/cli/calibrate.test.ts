import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { calibrateCommand } from "./calibrate.ts";

test("calibrate takes --verbose, which its page names", () => {
  const program = new Command();
  calibrateCommand(program, { exitCode: 0 });
  assert.ok(program.commands[0]!.options.some(({ long }) => long === "--verbose"));
});
