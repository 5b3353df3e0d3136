import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { UserError } from "../base/problem.ts";
import { Checkouts } from "../cli/bench/commits/checkouts.ts";
import { install } from "../cli/bench/commits/install.ts";
import { findCommit, findRepository } from "../cli/bench/commits/repository.ts";
import { pairsOfBuilds, planOfBuilds } from "../plan/builds.ts";
import { readScenario } from "../spec/read.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const FOLDER = realpathSync(mkdtempSync(join(tmpdir(), "spantoll-commits-test-")));
const SERVICE = join(FOLDER, "service");
const { signal } = new AbortController();

async function git(...args: string[]): Promise<string> {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
  return (await execa("git", ["-C", FOLDER, ...identity, ...args])).stdout;
}

/** A repository with a service in a folder, in two commits. */
before(async () => {
  mkdirSync(join(SERVICE, "node_modules"), { recursive: true });
  writeFileSync(join(SERVICE, "package.json"), JSON.stringify({ name: "service", dependencies: { a: "1.0.0" } }));
  writeFileSync(join(SERVICE, "package-lock.json"), JSON.stringify({ lockfileVersion: 3 }));
  writeFileSync(join(FOLDER, ".gitignore"), "node_modules\n");
  writeFileSync(join(SERVICE, "version"), "1");
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "first");
  writeFileSync(join(SERVICE, "version"), "2");
  await git("commit", "--quiet", "--all", "--message", "second");
});
after(() => rmSync(FOLDER, { recursive: true }));

describe("the commits of a repository", () => {
  it("are found by any ref, from a folder within", async () => {
    const repository = await findRepository(SERVICE);
    assert.deepEqual(repository, { top: FOLDER, prefix: "service/" });
    const [first, second] = [
      await findCommit(repository, "--base", "HEAD~1"),
      await findCommit(repository, "--base", "main"),
    ];
    assert.notEqual(first.sha, second.sha);
    assert.equal(second.sha, await git("rev-parse", "HEAD"));
  });

  it("are refused where there is none of that name, or no repository", async () => {
    const repository = await findRepository(SERVICE);
    await assert.rejects(
      findCommit(repository, "--base", "no-such"),
      /--base "no-such": expected a branch, tag or commit/,
    );
    await assert.rejects(findCommit(repository, "--base", "--all"), UserError);
    await assert.rejects(findRepository(tmpdir()), UserError);
  });

  it("are checked out side by side, and leave nothing behind", async () => {
    const repository = await findRepository(SERVICE);
    const checkouts = new Checkouts(repository);
    const roots = await Promise.all(
      (await Promise.all(["HEAD~1", "HEAD"].map((ref) => findCommit(repository, "--base", ref)))).map((commit) =>
        checkouts.add(commit),
      ),
    );
    assert.deepEqual(
      roots.map((root) => readFileSync(join(root, "version"), "utf8")),
      ["1", "2"],
    );
    checkouts.remove();
    assert.deepEqual(roots.map(existsSync), [false, false]);
    assert.equal((await git("worktree", "list")).split("\n").length, 1);
  });
});

describe("the packages of a checkout", () => {
  const checkout = (name: string, files: Readonly<Record<string, string>>): string => {
    const root = join(FOLDER, name);
    mkdirSync(root);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
    return root;
  };
  const wanted = undefined;
  const dependent = JSON.stringify({ dependencies: { a: "1.0.0" } });

  it("are those of the work tree where the lock file is the same", async () => {
    const lock = readFileSync(join(SERVICE, "package-lock.json"), "utf8");
    const root = checkout("same", { "package.json": dependent, "package-lock.json": lock });
    await install(root, "x", { wanted, original: SERVICE, signal });
    assert.equal(realpathSync(join(root, "node_modules")), join(SERVICE, "node_modules"));
  });

  it("come from npm ci where it is another", async () => {
    const other = JSON.stringify({ name: "x", version: "1.0.0", lockfileVersion: 3, packages: { "": { name: "x" } } });
    const root = checkout("other", { "package.json": `{"name":"x"}`, "package-lock.json": other });
    assert.equal(await install(root, "x", { wanted, original: SERVICE, signal }), "npm ci");
  });

  it("come from the command where one is given; its failure is told with its last words", async () => {
    const root = checkout("commanded", { "package.json": dependent });
    await install(root, "x", { wanted: "mkdir node_modules", original: SERVICE, signal });
    assert.ok(existsSync(join(root, "node_modules")));
    await assert.rejects(
      install(root, "x", { wanted: "echo no network; exit 3", original: SERVICE, signal }),
      /--install "echo no network; exit 3" failed in the checkout of x:\nno network/,
    );
  });

  it("are asked for where nobody can know how to get them, and not where there are none", async () => {
    const root = checkout("unlocked", { "package.json": dependent });
    await assert.rejects(install(root, "x", { wanted, original: SERVICE, signal }), /--install/);
    assert.match(
      await install(checkout("bare", { "package.json": "{}" }), "x", { wanted, original: SERVICE, signal }),
      /nothing to install/,
    );
  });
});

it("the plan of two builds has every variant of both side by side, and pairs them", () => {
  const scenario = readScenario(undefined, { fields: { phases: ["cost"], rounds: "2" }, quick: false });
  const builds = ["main", "topic"].map((label) => ({ label, commit: "c0ffee", packages: "none" }));
  const plan = planOfBuilds(scenario, builds);
  const blocks = Map.groupBy(plan.trials, ({ block }) => block);
  assert.equal(blocks.size, 2);
  for (const block of blocks.values())
    assert.deepEqual(new Set(block.map(({ variant }) => variant)), new Set(plan.variants.map(({ id: name }) => name)));
  const pairs = pairsOfBuilds(plan, builds[0]!, builds[1]!);
  assert.deepEqual(pairs[1], { base: "always_on @main", candidate: "always_on @topic" });
  assert.equal(pairs.length, 3);
});

describe("bench --base", () => {
  const bench = (...args: string[]) =>
    execa(process.execPath, [MAIN, "bench", "--base", ...args], { cwd: SERVICE, reject: false });
  const scenario = join(FOLDER, "own.json");
  before(() => {
    const text = { about: "x", target: "command:node", requests: [{ route: "/", path: "/" }] };
    writeFileSync(scenario, JSON.stringify(text));
  });

  it("refuses a ref that names no commit", async () => {
    const wrong = await bench("nowhere", scenario);
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /--base "nowhere": expected a branch/);
  });

  it("removes its worktrees when it is interrupted, and ends with 130", async () => {
    const running = bench("HEAD~1", scenario, "--install", "touch started; sleep 30");
    const worktrees = join(FOLDER, ".git", "worktrees");
    const started = (): boolean =>
      existsSync(worktrees) &&
      readdirSync(worktrees).some((name) => {
        const gitdir = readFileSync(join(worktrees, name, "gitdir"), "utf8").trim();
        return existsSync(join(gitdir, "..", "service", "started"));
      });
    while (!started()) await new Promise((resolve) => setTimeout(resolve, 50));
    running.kill("SIGINT");
    assert.equal((await running).exitCode, 130);
    assert.equal((await git("worktree", "list")).split("\n").length, 1);
  });
});
