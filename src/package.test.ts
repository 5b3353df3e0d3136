/** What is published: built, packed, unpacked as npm would install it, and run. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { temporaryFolder } from "./base/temporary-folder.fixture.ts";
import { TINY } from "./e2e/program.fixture.ts";
import { readResults } from "./record/file.ts";

/** A file of this repository that a scenario names. */
const OWN_FILE = /\b(targets|collectors)\/[\w./-]*\w/g;
const REPOSITORY = join(import.meta.dirname, "..");

test("the packed tarball lists and measures, from JavaScript below node_modules", async () => {
  const folder = temporaryFolder();
  const { stdout } = await execa("npm", ["pack", "--json", "--silent", "--pack-destination", folder], {
    cwd: REPOSITORY,
  });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  assert.deepEqual(
    files.filter(({ path }) => /\.(test|fixture)\.|^src|^bench/.test(path)),
    [],
  );
  await execa("tar", ["-xzf", join(folder, filename), "-C", folder]);
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  renameSync(join(folder, "package"), join(modules, "spantoll"));
  for (const name of readdirSync(join(REPOSITORY, "node_modules")))
    symlinkSync(join(REPOSITORY, "node_modules", name), join(modules, name));
  const main = join(modules, "spantoll", "dist", "main.js");
  const packed = new Set(files.map(({ path }) => path));
  const scenarios = [...packed].filter((path) => path.startsWith("scenarios/"));
  const named = scenarios.flatMap(
    (path) => readFileSync(join(modules, "spantoll", path), "utf8").match(OWN_FILE) ?? [],
  );
  assert.ok(scenarios.length > 5);
  assert.deepEqual(
    named.filter((path) => !packed.has(path)),
    [],
  );
  const list = await execa(process.execPath, [main, "list"]);
  assert.match(list.stdout, /ratio:0\.1/);
  const out = join(folder, "packed.json");
  const tiny = [...TINY, "--phase", "latency", "--sampler", "always_on", "--no-reference"];
  await execa(process.execPath, [main, "bench", ...tiny, "--out", out], { reject: false, cwd: folder });
  for (const record of readResults(out).records) {
    assert.equal(record.ending, "completed", record.failure);
    assert.equal(record.ledger?.residual ?? 0, 0);
  }
});
