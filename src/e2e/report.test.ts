import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { reportCommand } from "../cli/report.ts";

const folder = mkdtempSync(join(tmpdir(), "spantoll-report-"));
const file = join(folder, "results.json");
writeFileSync(file, JSON.stringify(fixtureResults({ rounds: 2, requests: 100 })));
after(() => rmSync(folder, { recursive: true }));

/** What the command printed to stdout. */
async function report(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const program = new Command().exitOverride().configureOutput({ writeOut: (text) => printed.push(text) });
  reportCommand(program);
  await program.parseAsync(["report", ...args], { from: "user" });
  return printed.join("");
}

test("prints for the terminal unless a format is given, without colour where there is no terminal", async () => {
  assert.match(await report(file), /^ratio:0\.1 costs /);
});

test("prints OpenMetrics and JSON", async () => {
  assert.match(await report(file, "--prometheus"), /\n# EOF\n$/);
  assert.match(JSON.parse(await report(file, "--json")).title, /^ratio:0\.1 costs /);
});

test("writes HTML and Markdown in one go, and nothing to stdout", async () => {
  const [html, markdown] = [join(folder, "report.html"), join(folder, "report.md")];
  assert.equal(await report(file, "--html", html, "--markdown", markdown), "");
  assert.match(readFileSync(html, "utf8"), /^<!doctype html>/);
  assert.match(readFileSync(markdown, "utf8"), /^\*\*ratio:0\.1 costs /);
});

test("mistakes name the option and the file", async () => {
  const nowhere = join(folder, "no-such-folder", "report.html");
  await assert.rejects(
    report(file, "--html", nowhere),
    new UserError(`--html "${nowhere}": cannot be written: ENOENT`),
  );
  await assert.rejects(
    report(file, "--html", folder),
    new UserError(`--html "${folder}": cannot be written: it is a folder`),
  );
  await assert.rejects(report(nowhere), UserError);
  await assert.rejects(report(file, "--json", "--prometheus"), /give one of them/);
  assert.equal(existsSync(nowhere), false);
});
