/** compare and history on results files whose figures are known. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { historyInput } from "../cli/history/input.ts";
import { syntheticRecord, syntheticResults } from "../estimate/synthetic.fixture.ts";
import type { Results } from "../record/results.ts";
import { runTogether, runTogetherIn, start, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();

interface Machine {
  /** How slow the whole machine is. */
  readonly drift?: number;
  /** Spans lost in each trial of always_on. */
  readonly lost?: number;
  readonly rounds?: number;
  /** Spread of always_on between odd and even rounds. */
  readonly spread?: number;
}

/** `cost` is the CPU of `always_on` over `none`. */
function results(cost: number, { drift = 1, lost = 0, rounds = 6, spread = 0.002 }: Machine = {}): Results {
  return syntheticResults(
    Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) => {
      const cpu = 100 * drift * (1 + 0.01 * (round % 3));
      return [
        syntheticRecord({ variant: "none", round, cpu }),
        syntheticRecord({ variant: "always_on", round, cpu: cpu * cost * (1 + spread * (round % 2)), lost }),
      ];
    }),
  );
}

const base = results(1.5);
const file = (name: string, content: unknown): string => writeJson(folder, name, content);
const baseFile = file("base", base);
const lossy = file("lossy", results(1.5, { lost: 20 }));

describe("compare ends with", () => {
  const cases: readonly (readonly [what: string, before: string, after: string, code: number])[] = [
    ["1 for a regression, also on a slower machine", baseFile, file("dear", results(1.6, { drift: 1.3 })), 1],
    ["0 if only the machine got slower", baseFile, file("slower", results(1.5, { drift: 1.3 })), 0],
    ["0 for the same file", baseFile, baseFile, 0],
    ["3 if there are too few rounds", baseFile, file("few", results(1.5, { rounds: 2 })), 3],
    ["3 if every verdict is inconclusive", baseFile, file("noisy", results(1.5, { spread: 0.3 })), 3],
    ["3 if only fewer spans are lost", lossy, file("noisy-too", results(1.5, { spread: 0.3 })), 3],
    ["1 if more spans are lost", baseFile, file("worse", results(1.5, { spread: 0.3, lost: 20 })), 1],
  ];
  for (const [what, before, after, code] of cases)
    it(what, async () => {
      const { exitCode, stdout, stderr } = await runTogether("compare", before, after);
      assert.equal(exitCode, code, stdout);
      assert.equal(stderr === "", code !== 3, stderr);
    });

  it("2 for files of different settings, which --anyway compares", async () => {
    const { environment, scenario } = base;
    const unlike: readonly (readonly [object, string])[] = [
      [{ environment: { ...environment, cpu: { ...environment.cpu, model: "Other CPU" } } }, "Other CPU"],
      [{ environment: { ...environment, node: "v22.0.0" } }, "v22.0.0"],
      [{ scenario: { ...scenario, ratePerSecond: 50 } }, "50"],
      [{ schemaVersion: 99 }, "99"],
    ];
    for (const [change, named] of unlike) {
      const { exitCode, stderr } = await runTogether("compare", baseFile, file("unlike", { ...base, ...change }));
      assert.deepEqual([exitCode, stderr.includes(named), stderr.split("\n").length], [2, true, 1], stderr);
    }
    const other = file("other-node", { ...base, environment: { ...environment, node: "v22.0.0" } });
    const { exitCode, stdout } = await runTogether("compare", baseFile, other, "--anyway");
    assert.deepEqual([exitCode, stdout.includes("v22.0.0")], [0, true]);
  });
});

it("compare writes JSON and Markdown, and takes thresholds", async () => {
  const markdown = join(folder, "comment.md");
  const dear = file("dearer", results(1.6));
  const { stdout } = await runTogether("compare", baseFile, dear, "--json", "--markdown", markdown);
  const { comparisons } = JSON.parse(stdout) as { comparisons: { ratio: { verdict?: string } }[] };
  assert.ok(comparisons.some(({ ratio }) => ratio.verdict === "regression"));
  assert.match(readFileSync(markdown, "utf8"), /always_on/);
  const lax = await runTogether("compare", baseFile, dear, "--threshold", "cpu=20%");
  assert.equal(lax.exitCode, 0);
  assert.match(lax.stdout.split("\n\n")[0]!, /No\s+regression .*\b20\s+%/s, "the headline has the threshold");
});

it("compare and report call the baseline of a file alike: noop if its instrumentation is loaded", async () => {
  const namesOf = async (target: string): Promise<(string | undefined)[]> => {
    const one = file("named", { ...base, scenario: { ...base.scenario, target } });
    const pages = await Promise.all([runTogether("compare", one, one), runTogether("report", one)]);
    return pages.map(({ stdout }) => /^(none|noop) +\S/m.exec(stdout)?.[1]);
  };
  assert.deepEqual(await namesOf('command:"node x.js",own_sdk'), ["noop", "noop"]);
  assert.deepEqual(await namesOf("orders"), ["none", "none"]);
});

it("compare asks whether base and candidate are swapped, if the base is the later commit", async () => {
  const repository = join(folder, "repository");
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", repository, "-c", "user.name=x", "-c", "user.email=x@x", ...args], { encoding: "utf8" });
  mkdirSync(repository);
  git("init", "--quiet");
  const [earlier, later] = [1, 2].map((day) => {
    git("commit", "--quiet", "--allow-empty", "--message", String(day));
    const environment = { ...base.environment, commit: git("rev-parse", "HEAD").trim() };
    return file(`commit-${day}`, {
      ...base,
      environment: { ...environment, startedAt: `2026-01-0${day}T00:00:00.000Z` },
    });
  }) as [string, string];
  const asks = async (...files: string[]): Promise<boolean> =>
    (await runTogetherIn(repository, "compare", ...files)).stdout.includes("swapped?");
  assert.deepEqual([await asks(later, earlier), await asks(earlier, later)], [true, false]);
});

describe("history", () => {
  const DAYS = [0, 1, 2, 3, 4, 5];
  const on = (day: number, change: Partial<Results["environment"]> = {}): Results => {
    const startedAt = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
    const commit = `c0ffee${day}`;
    return { ...base, environment: { ...base.environment, startedAt, commit, ...change } };
  };
  const files = DAYS.map((day) => file(`day-${day}`, on(day)));

  it("follows runs in order of time, on the terminal, as a page and as JSON", async () => {
    const page = join(folder, "history.html");
    const { exitCode, stdout } = await runTogether("history", ...files.toReversed(), "--json", "--html", page);
    assert.equal(exitCode, 0);
    const { series } = JSON.parse(stdout) as { series: { points: { commit: string }[] }[] };
    assert.deepEqual(
      series[0]!.points.map(({ commit }) => commit),
      DAYS.map((day) => `c0ffee${day}`),
    );
    assert.match(readFileSync(page, "utf8"), /c0ffee5/);
    assert.match((await runTogether("history", ...files)).stdout, /always_on/);
  });

  it("leaves out other settings, damaged files and invalid runs, one line a reason; --anyway follows other settings", async () => {
    const startedAt = "2026-01-01T12:00:00.000Z";
    const others = ["a", "b"].map((name) => file(`other-${name}`, on(0, { node: "v22.18.0", startedAt })));
    const invalid = file("invalid", { ...on(20), records: on(20).records.map((one) => ({ ...one, valid: false })) });
    const broken = file("broken", { schemaVersion: 99 });
    const { runs, leftOut } = await historyInput([...files, ...others, invalid, broken], false);
    assert.equal(runs.length, DAYS.length);
    assert.equal(leftOut.length, 4);
    assert.match(leftOut[0]!, new RegExp(`^4 of ${DAYS.length + 4} files`));
    for (const named of ["v22.18.0", "invalid.json", "broken.json"]) assert.ok(leftOut.join().includes(named), named);
    const followed = await historyInput([...files, ...others], true);
    assert.deepEqual([followed.runs.length, followed.leftOut.length], [DAYS.length + 2, 0]);
  });

  it("follows the setting that most files share, of as many the newest, whatever the newest run is", async () => {
    const { scenario } = base;
    const other = (day: number): Results => ({ ...on(day), scenario: { ...scenario, ratePerSecond: 50 } });
    const newer = [7, 8].map((day) => file(`newer-${day}`, other(day)));
    const daysOf = async (...given: string[]): Promise<string[]> =>
      (await historyInput(given, false)).runs.map(({ environment }) => environment.commit);
    assert.deepEqual(await daysOf(...newer, ...files.slice(0, 3)), ["c0ffee0", "c0ffee1", "c0ffee2"]);
    assert.deepEqual(await daysOf(...newer, ...files.slice(0, 2)), ["c0ffee7", "c0ffee8"]);
  });

  it("reads a folder of many files, and what is damaged among them is left out", async () => {
    const series = join(folder, "series", "2026");
    mkdirSync(series, { recursive: true });
    for (let day = 0; day < 120; day++) writeJson(series, `day-${day}`, on(day));
    writeJson(series, "broken", { schemaVersion: 99 });
    const one = join(series, "day-1.json");
    const csv = join(folder, "series.csv");
    const options = { env: { XDG_CACHE_HOME: join(folder, "cache") } };
    const follow = async (...args: string[]) => {
      const { exitCode, stdout } = await start(["history", join(folder, "series"), "--json", ...args], options);
      assert.equal(exitCode, 0);
      return JSON.parse(stdout) as { series: { points: { commit: string }[] }[]; caveats: string[] };
    };
    const { series: all, caveats } = await follow("--csv", csv);
    assert.deepEqual(
      all[0]!.points.map(({ commit }) => commit),
      Array.from({ length: 120 }, (_, day) => `c0ffee${day}`),
    );
    assert.ok(caveats.length === 1 && caveats[0]!.includes("broken.json"));
    assert.deepEqual((await follow()).caveats, caveats, "as much as the first time");
    assert.equal(readFileSync(csv, "utf8").trimEnd().split("\n").length, 121);
    const over = await start(["history", series, "--csv", one, "--force"], options);
    assert.equal(over.exitCode, 2, "an input is never an output");

    // a file that did not change is not read again
    const kept = join(folder, "cache/spantoll/history");
    for (const name of globSync("*.json", { cwd: kept })) {
      const text = readFileSync(join(kept, name), "utf8");
      writeFileSync(join(kept, name), text.replaceAll('"c0ffee2"', '"kept"'));
    }
    // one with other contents is, also if size and time are those of before
    const { mtime } = statSync(one);
    writeJson(series, "day-1", on(1, { commit: "deadbee" }));
    utimesSync(one, mtime, mtime);
    writeJson(kept, "old", {});
    utimesSync(join(kept, "old.json"), 0, 0);
    const points = (await follow()).series[0]!.points.map(({ commit }) => commit);
    assert.deepEqual(points.slice(0, 4), ["c0ffee0", "deadbee", "kept", "c0ffee3"]);
    assert.ok(!existsSync(join(kept, "old.json")));
  });

  it("ends with 2 if there is no figure to follow", async () => {
    const records = base.records.filter(({ trial }) => trial.variant === "none");
    const variants = base.plan.variants.filter(({ id }) => id === "none");
    const none = file("none", { ...base, records, plan: { ...base.plan, variants } });
    const { exitCode, stderr } = await runTogether("history", none);
    assert.deepEqual([exitCode, stderr.split("\n").length], [2, 1]);
  });
});
