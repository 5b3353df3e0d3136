import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { execa } from "execa";
import { siblingModule } from "../base/sibling.ts";
import { temporaryFolder } from "./run.fixture.ts";

const MAIN = siblingModule(import.meta.url, "../main");

/** As `npm run` starts it: what it has taken for its own configuration is in the environment only. */
async function underNpm(args: readonly string[], config: Readonly<Record<string, string>>, script = args[0]!) {
  const taken = Object.fromEntries(Object.entries(config).map(([name, value]) => [`npm_config_${name}`, value]));
  const env = { npm_lifecycle_event: script, ...taken };
  const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], { env, reject: false });
  return { exitCode, stdout, stderr };
}

describe('npm run without "--" keeps options for itself, which is told with how to give them', () => {
  const cases: readonly (readonly [string, string[], Record<string, string>, string])[] = [
    ["a flag", ["bench"], { quick: "true" }, "npm run bench -- --quick"],
    [
      "a flag of npm's own, which may be set in the environment",
      ["bench"],
      { json: "true" },
      "npm run bench -- --json; where nobody typed it, unset npm_config_json in the environment",
    ],
    ["a value", ["bench"], { sampler: "ratio:0.1" }, "npm run bench -- --sampler ratio:0.1"],
    ["a target of ours", ["bench"], { target: "bare:5" }, "npm run bench -- --target bare:5"],
    ["a target apart", ["bench", "express"], { target: "true" }, "npm run bench -- --target <spec>"],
    ["a value apart", ["bench", "ratio:0.1"], { sampler: "true" }, "npm run bench -- --sampler <spec>"],
    [
      "several",
      ["bench"],
      { sampler: "a\n\nb", max_time: "1m" },
      "npm run bench -- --sampler a --sampler b --max-time 1m",
    ],
    ["a negation", ["bench"], { reference: "" }, "npm run bench -- --no-reference"],
    [
      "more words than there are arguments",
      ["calibrate", "5"],
      { rounds: "true" },
      "npm run calibrate -- --rounds <n>",
    ],
  ];
  for (const [what, args, config, fix] of cases) {
    it(what, async () => {
      const { exitCode, stdout, stderr } = await underNpm(args, config);
      assert.deepEqual([exitCode, stdout, stderr.split("\n").length], [2, "", 1]);
      assert.match(stderr, /^npm has kept --\S+ .*for itself: put "--" before the options, as in /);
      assert.ok(stderr.endsWith(fix), stderr);
    });
  }

  it("in a script of another name, and by npm exec", async () => {
    assert.match((await underNpm(["bench"], { quick: "true" }, "overhead")).stderr, /npm run overhead -- --quick$/);
    assert.match((await underNpm(["bench"], { quick: "true" }, "npx")).stderr, /npm exec -- spantoll bench --quick$/);
  });
});

it("npm's --dry-run starts no run: we have none", async () => {
  const { exitCode, stderr } = await underNpm(["bench"], { dry_run: "true" });
  assert.deepEqual(
    [exitCode, stderr],
    [
      2,
      "npm has kept --dry-run for itself, and bench has no such option: leave it out; where nobody typed it, unset npm_config_dry_run in the environment",
    ],
  );
});

describe("npm's own configuration is none of ours", () => {
  it("by a name that this command has no option of, or that other tools use", async () => {
    const config = { loglevel: "warn", quiet: "true", target: "33.2.0", scenario: "", quick: "true" };
    assert.equal((await underNpm(["list"], config)).exitCode, 0);
    assert.match((await underNpm(["bench", "nowhere"], { target: "33.2.0" })).stderr, /unknown scenario/);
  });

  it("where an .npmrc has it: the user's, or the project's", async () => {
    const folder = temporaryFolder();
    const npmrc = join(folder, ".npmrc");
    writeFileSync(npmrc, "fund=false\njson = true\ndry-run=true\n");
    for (const place of [{ userconfig: npmrc }, { local_prefix: folder }]) {
      const { stderr } = await underNpm(["bench", "nowhere"], { json: "true", dry_run: "true", ...place });
      assert.match(stderr, /unknown scenario/);
    }
    const elsewhere = { json: "true", userconfig: join(folder, "none") };
    assert.match((await underNpm(["bench", "nowhere"], elsewhere)).stderr, /-- --json;/);
  });

  it("where it is switched off", async () => {
    for (const off of ["false", ""]) {
      const { stderr } = await underNpm(["bench", "nowhere"], { json: off, dry_run: off });
      assert.match(stderr, /unknown scenario/, `"${off}"`);
    }
  });

  it("where npm has not started the program", async () => {
    const env = { npm_lifecycle_event: undefined, npm_config_quick: "true" };
    const { stderr } = await execa(process.execPath, [MAIN, "bench", "nowhere"], { env, reject: false });
    assert.match(stderr, /unknown scenario "nowhere"/);
  });
});
