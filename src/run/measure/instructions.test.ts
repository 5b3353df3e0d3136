import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "../../base/temporary-folder.fixture.ts";
import { canCountInstructions, InstructionCounter, instructionsIn } from "./instructions.ts";

/** Counts 4,000 from `enable` to `disable`, as perf does; nothing if one of them is missing. It answers each command. */
const PERF = `#!${process.execPath}
const seen = [];
const control = (fd) => new (require("node:net").Socket)({ fd });
const answers = control(4);
control(3).on("data", (words) => {
  seen.push(...String(words).trim().split("\\n"));
  if (!process.env.DEAF) answers.write("ack\\n");
});
process.on("SIGINT", () => {
  const counted = seen.join() === "disable,enable,disable" ? "4000" : "<not counted>";
  console.error(counted + ",,instructions:u,900,100.00,,");
  process.exit();
});
`;
const folder = temporaryFolder();
const path = process.env["PATH"];
after(() => (process.env["PATH"] = path));

test("what perf prints: a count, that of two kinds of cores, none", () => {
  assert.equal(instructionsIn("123456,,instructions:u,900,100.00,,\n"), 123456);
  assert.equal(instructionsIn("12,,cpu_core/instructions:u/,9,100.00,,\n3,,cpu_atom/instructions:u/,9,100.00,,\n"), 15);
  assert.equal(instructionsIn("<not supported>,,instructions:u,0,100.00,,\n"), undefined);
});

test("a machine without perf counts none", () => {
  process.env["PATH"] = "/nonexistent";
  assert.equal(canCountInstructions(), false);
});

test("counts between enable and disable, once perf has answered that it can", async (t) => {
  writeFileSync(join(folder, "perf"), PERF);
  chmodSync(join(folder, "perf"), 0o755);
  process.env["PATH"] = folder;
  const counter = (await InstructionCounter.start([process.pid]))!;
  counter.enable();
  counter.disable();
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(await counter.read(), 4000);
  process.env["DEAF"] = "1";
  t.after(() => delete process.env["DEAF"]);
  assert.equal(await InstructionCounter.start([process.pid]), undefined);
});
