/** Two commits of a service in one run. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { Checkouts, findCommit, findRepository } from "../cli/bench/commits/checkouts.ts";
import { install } from "../cli/bench/commits/install.ts";
import { readResults } from "../record/file.ts";
import { hasChanges } from "../record/git.ts";
import { runTogether, runTogetherIn, start, TINY, writeJson } from "./program.fixture.ts";

const FOLDER = realpathSync(temporaryFolder());
const REPOSITORY = join(FOLDER, "repository");
const SERVICE = join(REPOSITORY, "service");
const LIBRARY = join(FOLDER, "library");
const { signal } = new AbortController();
const target = "command:(node server.cjs)";
const requests = [{ route: "/", path: "/" }];
const scenario = writeJson(FOLDER, "own", { target, samplers: ["always_on"], phases: ["cost"], requests });
const SERVER = (status: string): string =>
  `const text = require("../library/index.cjs"); ${status}
   require("node:http").createServer((request, response) => response.end(text)).listen(process.env.PORT, "127.0.0.1");`;

async function git(folder: string, ...args: string[]): Promise<string> {
  const settings = ["user.name=t", "user.email=t@example.org", "init.defaultBranch=main", "protocol.file.allow=always"];
  return (await execa("git", ["-C", folder, ...settings.flatMap((one) => ["-c", one]), ...args])).stdout;
}

/** A repository with a service in a folder and a submodule, in two commits. */
before(async () => {
  for (const path of [SERVICE, LIBRARY]) mkdirSync(path, { recursive: true });
  for (const path of [REPOSITORY, LIBRARY]) await git(path, "init", "--quiet");
  writeFileSync(join(LIBRARY, "index.cjs"), `module.exports = "answer";`);
  await git(LIBRARY, "add", ".");
  await git(LIBRARY, "commit", "--quiet", "--message", "library");
  await git(REPOSITORY, "submodule", "--quiet", "add", LIBRARY, "library");
  writeFileSync(join(SERVICE, "package.json"), JSON.stringify({ dependencies: { a: "1.0.0" } }));
  writeFileSync(join(SERVICE, "package-lock.json"), JSON.stringify({ lockfileVersion: 3 }));
  writeFileSync(join(REPOSITORY, ".gitignore"), "node_modules\n");
  mkdirSync(join(SERVICE, "node_modules"));
  for (const [message, status] of [
    ["works", ""],
    ["fails", `throw new Error("no database");`],
  ] as const) {
    writeFileSync(join(SERVICE, "server.cjs"), SERVER(status));
    await git(REPOSITORY, "add", ".");
    await git(REPOSITORY, "commit", "--quiet", "--message", message);
  }
});

const worktrees = async (): Promise<number> => (await git(REPOSITORY, "worktree", "list")).split("\n").length;
const bench = (...args: string[]) => runTogetherIn(SERVICE, "bench", scenario, ...TINY, ...args);

describe("bench --base", () => {
  it("measures both commits in the same rounds, submodules included, and leaves no worktree", async () => {
    const out = join(FOLDER, "same.json");
    const { exitCode, stderr } = await bench("--base", "HEAD~1", "--candidate", "HEAD~1", "--out", out);
    assert.equal(exitCode, 3, "one round gives no verdict");
    const { plan, records } = readResults(out);
    assert.equal(new Set(plan.trials.map(({ block }) => block)).size, 1);
    assert.deepEqual([plan.variants.length, plan.builds!.length, records.length], [4, 2, 4]);
    for (const { ending, failure } of records) assert.equal(ending, "completed", `${failure} ${stderr}`);
    assert.equal(await worktrees(), 1);
    const again = await runTogether("compare", out, "--json");
    assert.equal((JSON.parse(again.stdout) as { design: string }).design, "builds");
  });

  it("prints why the trials of a commit failed, and which commit has the reason", async () => {
    const { exitCode, stderr } = await bench("--base", "HEAD~1", "--out", join(FOLDER, "fails.json"));
    assert.equal(exitCode, 3);
    for (const failed of ["HEAD~1", "HEAD"])
      assert.match(
        stderr,
        new RegExp(`^${failed}: 2 of 2 trials failed: the service of \\S+ @HEAD .*no database$`, "m"),
      );
  });

  it("names --install if modules of the work tree are in no checkout, also in a dry run", async () => {
    const [folder, elsewhere] = ["linked", "elsewhere"].map((name) => join(FOLDER, name)) as [string, string];
    for (const path of [folder, join(elsewhere, "text")]) mkdirSync(path, { recursive: true });
    writeFileSync(join(elsewhere, "text", "index.js"), `module.exports = "answer";`);
    writeFileSync(join(folder, ".gitignore"), "node_modules\n");
    writeFileSync(join(folder, "server.cjs"), SERVER("").replace("../library/index.cjs", "text"));
    symlinkSync(elsewhere, join(folder, "node_modules"));
    await git(folder, "init", "--quiet");
    await git(folder, "add", ".");
    await git(folder, "commit", "--quiet", "--message", "first");
    const run = (...args: string[]) =>
      runTogetherIn(folder, "bench", scenario, ...TINY, "--base", "HEAD", "--out", join(FOLDER, "u.json"), ...args);
    const dry = await run("--dry-run");
    for (const known of [/same commit/, /exit code can only be 3: --rounds/]) assert.match(dry.stderr, known);
    const linked = /--install "(ln -s .*)"/.exec(dry.stderr)?.[1];
    assert.ok(linked !== undefined && linked.includes(elsewhere), dry.stderr);
    const { exitCode, stderr } = await run();
    assert.equal(exitCode, 3);
    assert.match(stderr, /^HEAD: 2 of 2 trials failed: .*--install/m);
    await run("--install", linked, "--force");
    const { records } = readResults(join(FOLDER, "u.json"));
    for (const { ending, failure } of records) assert.equal(ending, "completed", failure);
  });

  it("removes its worktrees when it is interrupted, and ends with 130", async () => {
    const slow = ["--install", "touch started; sleep 30", "--out", join(FOLDER, "x.json")];
    const running = start(["bench", scenario, ...TINY, "--base", "HEAD~1", ...slow], { cwd: SERVICE });
    const folder = join(REPOSITORY, ".git", "worktrees");
    const isInstalling = (): boolean =>
      existsSync(folder) &&
      readdirSync(folder).some((name) => {
        const link = join(folder, name, "gitdir");
        return existsSync(link) && existsSync(join(readFileSync(link, "utf8").trim(), "..", "service", "started"));
      });
    while (!isInstalling()) await sleep(50);
    running.kill("SIGINT");
    assert.equal((await running).exitCode, 130);
    assert.equal(await worktrees(), 1);
  });
});

it("a ref that does not exist is refused with the nearest one, of a remote too", async () => {
  await git(REPOSITORY, "update-ref", "refs/remotes/origin/develop", "HEAD");
  const repository = await findRepository(SERVICE);
  for (const [wrong, meant] of [
    ["mian", "main"],
    ["mian~1", "main"],
    ["develop", "origin/develop"],
  ] as const)
    await assert.rejects(findCommit(repository, "--base", wrong), new RegExp(`--base "${wrong}".*"${meant}"`));
});

it("a submodule that cannot be checked out is named", async () => {
  const repository = await findRepository(SERVICE);
  const checkouts = new Checkouts({ ...repository, top: REPOSITORY });
  const head = await git(REPOSITORY, "rev-parse", "HEAD");
  await git(REPOSITORY, "update-index", "--cacheinfo", `160000,${head},library`);
  await git(REPOSITORY, "commit", "--quiet", "--message", "unknown commit of the submodule");
  await checkouts.add(await findCommit(repository, "--base", "HEAD"));
  checkouts.remove();
  assert.match(checkouts.notes.join(), /library/);
  await git(REPOSITORY, "reset", "--quiet", "--hard", "HEAD~1");
});

describe("packages of a checkout", () => {
  const dependent = JSON.stringify({ dependencies: { a: "1.0.0" } });
  const options = { wanted: undefined, original: SERVICE, signal, note: () => undefined };
  const checkout = (name: string, files: Readonly<Record<string, string>>): string => {
    const root = join(FOLDER, name);
    mkdirSync(root);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
    return root;
  };

  it("are those of the work tree if the lock file is the same, else npm ci installs them", async () => {
    const lock = readFileSync(join(SERVICE, "package-lock.json"), "utf8");
    const same = checkout("same", { "package.json": dependent, "package-lock.json": lock });
    await install(same, "x", options);
    assert.equal(realpathSync(join(same, "node_modules")), join(SERVICE, "node_modules"));
    const other = JSON.stringify({ name: "x", version: "1.0.0", lockfileVersion: 3, packages: { "": { name: "x" } } });
    const root = checkout("other", { "package.json": `{"name":"x"}`, "package-lock.json": other });
    assert.equal(await install(root, "x", options), "npm ci");
  });

  it("are installed by the user's command, whose failure is printed", async () => {
    const root = checkout("commanded", { "package.json": dependent });
    await install(root, "x", { ...options, wanted: "mkdir node_modules" });
    assert.ok(existsSync(join(root, "node_modules")));
    await assert.rejects(install(root, "x", { ...options, wanted: "echo no network; exit 3" }), /no network/);
    await assert.rejects(install(checkout("unlocked", { "package.json": dependent }), "x", options), /--install/);
  });
});

it("a changed scenario in the repository is no uncommitted change of the service", async () => {
  const tracked = join(SERVICE, "own scénario.json");
  writeFileSync(tracked, "{}");
  await git(REPOSITORY, "add", ".");
  await git(REPOSITORY, "commit", "--quiet", "--message", "scenario");
  writeFileSync(tracked, "{ }");
  assert.deepEqual([await hasChanges(SERVICE, tracked), await hasChanges(SERVICE)], [false, true]);
  writeFileSync(join(SERVICE, "server.cjs"), SERVER(""));
  assert.equal(await hasChanges(SERVICE, tracked), true);
});
