/** Services of several processes: what they count, cost and flush is of all of them. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { askRequests } from "../run/check/ask-requests.ts";
import { observeAll } from "../run/check/check.ts";
import { linesOf } from "../run/check/lines.ts";
import { tracesOf } from "../run/check/observation.ts";
import { cpuBetween } from "../run/measure/accounting.ts";
import { startTarget } from "../run/starts.ts";
import { SERVICE, withTarget } from "./check.fixture.ts";
import { temporaryFolder } from "./program.fixture.ts";

const BIN = join(import.meta.dirname, "../../targets/fastapi/.venv/bin");
const folder = temporaryFolder();
const script = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const TRACED = "node --require ./tracing.cjs server.cjs";
const UVICORN = `uvicorn service:app --workers 2 --log-level warning --port {port}`;

/** A service of several processes. `baseline`: one is started too; `countsCpu`: its CPU is compared with the kernel's. */
interface Tree {
  readonly command: string;
  readonly listeners?: number;
  readonly baseline?: "noop" | "bare";
  readonly countsCpu?: true;
}
const TREES: Readonly<Record<string, Tree>> = {
  "npm start": { command: "npm start,own_sdk", baseline: "noop" },
  "a shell script": { command: `(sh ${script("waits", `${TRACED}\necho ended`)}),own_sdk` },
  "a shell script that passes signals on": {
    command: `(sh ${script("traps", `trap 'kill $!' TERM; ${TRACED} & wait $!; wait $!`)}),own_sdk,ready=60s`,
  },
  "a cluster": { command: "(OWN_SDK=1 node cluster.cjs),own_sdk", countsCpu: true },
  "a cluster without an SDK": { command: "node cluster.cjs", baseline: "bare" },
  "a process manager's daemon": {
    command: "(node manager.cjs --require ./tracing.cjs server.cjs),own_sdk",
    countsCpu: true,
  },
  "uvicorn's workers with an SDK in code": { command: `(${BIN}/python -m ${UVICORN}),own_sdk,ready=60s`, listeners: 3 },
  "opentelemetry-instrument": {
    command: `(SET_UP=outside ${BIN}/opentelemetry-instrument ${BIN}/${UVICORN}),own_sdk,ready=60s`,
    listeners: 3,
    countsCpu: true,
  },
};

process.chdir(SERVICE);

describe("a service behind", { concurrency: 4 }, () => {
  for (const [name, { command, listeners = 1, baseline, countsCpu }] of Object.entries(TREES)) {
    const skip = command.includes(BIN) && !existsSync(BIN) && "npm run setup:fastapi was not run";

    test(`${name} is set up right: nothing is wrong with it`, { skip }, async () => {
      const observations = await withTarget(`command:${command}`, (bench, setting, signal) => {
        const { plan } = setting;
        const variants = plan.variants.filter(({ id }) => id !== "none" || baseline !== undefined);
        return observeAll(bench, { ...setting, plan: { ...plan, variants } }, signal);
      });
      const lines = linesOf(observations);
      assert.deepEqual(
        lines.filter(({ word }) => word === "wrong"),
        [],
      );
      const { traced, flushed } = observations;
      assert.equal(traced!.listeners.length, listeners);
      // the trace of the first request may count or not
      for (const one of [traced!, flushed!]) assert.ok([one.sent, one.sent + one.probes].includes(tracesOf(one).count));
      if (baseline) assert.match(lines.find(({ check }) => check === "baseline")!.text, new RegExp(`^${baseline}`));
    });

    if (countsCpu !== true) continue;
    test(`${name} is measured as a whole: its CPU is the kernel's of its control group`, { skip }, async (t) => {
      const group = ControlGroup.make();
      if (group === undefined) return t.skip("no control group can be made");
      try {
        const { least, counted, most } = await cpuOf(command, group);
        t.diagnostic(`measured ${counted} µs, the kernel's ${least} to ${most} µs`);
        assert.ok(counted > least * 0.98 && counted < most * 1.02);
      } finally {
        await group.remove();
      }
    });
  }
});

/** CPU of a service that answers requests, µs: as it is measured, and by the kernel just within and without that. */
function cpuOf(command: string, group: ControlGroup): Promise<{ least: number; counted: number; most: number }> {
  const [words, options = ""] = command.split(/(,own_sdk.*)$/);
  const joined = `command:(echo $$ > ${group.members}; ${words!.replace(/^\(|\)$/g, "")})${options}`;
  return withTarget(joined, async (bench, setting, signal) => {
    const variant = setting.plan.variants.at(-1)!;
    const sink = await bench.sink();
    const endpoints = await sink.open({ id: joined, seed: 1, condition: "healthy", keepSpans: false });
    const target = await startTarget(bench, setting, { variant, seed: 1, phase: "cost" }, endpoints, signal);
    try {
      await askRequests(target.origin, setting.scenario, 20);
      // all but the guard, which is ours
      assert.deepEqual([...target.readCpu()!.keys()], target.pids());
      const open = [group.cpuUs(), target.readCpu(), group.cpuUs()] as const;
      await askRequests(target.origin, setting.scenario, 800);
      const closed = [group.cpuUs(), target.readCpu(), group.cpuUs()] as const;
      const counted = Math.round(cpuBetween(open[1], closed[1])!.totalUs);
      return { least: closed[0] - open[2], counted, most: closed[2] - open[0] };
    } finally {
      await target.kill();
      await sink.close(joined);
    }
  });
}

/** Of the kernel: an account of all processes that are started in it. */
class ControlGroup {
  readonly members: string;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.members = join(path, "cgroup.procs");
  }

  /** Undefined if this user cannot make one. */
  static make(): ControlGroup | undefined {
    for (const root of ["/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup"]) {
      const path = join(root, `spantoll-test-${process.pid}-${++groups}`);
      try {
        mkdirSync(path);
        if (existsSync(join(path, "cgroup.procs"))) return new ControlGroup(path);
        rmdirSync(path);
      } catch {
        // of another version, or not ours
      }
    }
    return undefined;
  }

  cpuUs(): number {
    const total = join(this.#path, "cpuacct.usage");
    if (existsSync(total)) return Math.round(Number(readFileSync(total, "utf8")) / 1000);
    return Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(this.#path, "cpu.stat"), "utf8"))![1]);
  }

  /** When its last process has been reaped. */
  async remove(): Promise<void> {
    while (readFileSync(this.members, "utf8") !== "") await sleep(20);
    rmdirSync(this.#path);
  }
}
let groups = 0;
