/** Services of several processes: what they count, cost and flush is of all of them. */
import assert from "node:assert/strict";
import { existsSync, globSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { causesOf } from "../run/check/causes.ts";
import { causeText } from "../run/check/check-line.ts";
import { checkAll } from "../run/check/check.ts";
import { cpuBetween, type CpuReading } from "../run/processes/accounting.ts";
import { TargetProcesses } from "../run/target/target-processes.ts";
import { isTraced, ofVariants, SERVICE, withTarget } from "./check.fixture.ts";

const BIN = join(import.meta.dirname, "../../targets/fastapi/.venv/bin");
const folder = temporaryFolder();
const script = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const TRACED = "node --require ./tracing.cjs server.cjs";
const UVICORN = `uvicorn service:app --workers 2 --log-level warning --port {port}`;

/** A service of several processes. `baseline`: one is started too. */
interface Tree {
  readonly command: string;
  readonly listeners?: number;
  readonly baseline?: "noop" | "bare";
}
const TREES: Readonly<Record<string, Tree>> = {
  "npm start": { command: "npm start,own_sdk", baseline: "noop" },
  "a shell script": { command: `(sh ${script("waits", `${TRACED}\necho ended`)}),own_sdk` },
  "a shell script that passes signals on": {
    command: `(sh ${script("traps", `trap 'kill $!' TERM; ${TRACED} & wait $!; wait $!`)}),own_sdk`,
  },
  "a cluster": { command: "(OWN_SDK=1 node cluster.cjs),own_sdk" },
  "a cluster without an SDK": { command: "node cluster.cjs", baseline: "bare" },
  "a process manager's daemon": {
    command: "(node manager.cjs --require ./tracing.cjs server.cjs),own_sdk",
  },
  "uvicorn's workers with an SDK in code": { command: `(${BIN}/python -m ${UVICORN}),own_sdk`, listeners: 3 },
  "opentelemetry-instrument": {
    command: `(SET_UP=outside ${BIN}/opentelemetry-instrument ${BIN}/${UVICORN}),own_sdk`,
    listeners: 3,
  },
};

process.chdir(SERVICE);

/** Where this user can make control groups: the kernel's account of all processes that are started in one. */
const PREFIX = `spantoll-test-${process.pid}`;
const groups = ["/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup"].find((folder) => {
  const path = join(folder, PREFIX);
  try {
    mkdirSync(path);
    const isGroup = existsSync(join(path, "cgroup.procs"));
    rmdirSync(path);
    return isGroup;
  } catch {
    return false;
  }
});
const groupsNamed = (name: string): string[] =>
  groups === undefined ? [] : globSync(join(groups, `${PREFIX}-${name}`));

function cpuUsOf(group: string): number {
  const total = join(group, "cpuacct.usage");
  if (existsSync(total)) return Math.round(Number(readFileSync(total, "utf8")) / 1000);
  return Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(group, "cpu.stat"), "utf8"))![1]);
}

/** When their last process has been reaped. */
after(async () => {
  for (const group of groupsNamed("*")) {
    while (readFileSync(join(group, "cgroup.procs"), "utf8") !== "") await sleep(20);
    rmdirSync(group);
  }
});

/** The command, each start of it in a group of its own, whose name its port ends. */
function inGroups(command: string, name: string): string {
  if (groups === undefined) return command;
  const [, words, options] = /^\(?(.*?)\)?((?:,own_sdk.*)?)$/.exec(command)!;
  const path = join(groups, `${PREFIX}-${name}-{port}`);
  return `(mkdir ${path}; echo $$ > ${path}/cgroup.procs; exec env ${words})${options}`;
}

/** CPU of each group whenever it is measured, µs: by us, and by the kernel just before and after that. */
const readings = new Map<string, { before: number; read: CpuReading | undefined; after: number }[]>();
// oxlint-disable-next-line typescript/unbound-method -- called with the `this` of each call
const { readCpu } = TargetProcesses.prototype;
TargetProcesses.prototype.readCpu = function () {
  const [group] = groupsNamed(`*-${new URL(this.origin).port}`);
  if (group === undefined) return readCpu.call(this);
  const reading = { before: cpuUsOf(group), read: readCpu.call(this), after: cpuUsOf(group) };
  // all but the guard, which is ours
  assert.deepEqual([...reading.read!.keys()], this.pids());
  readings.set(group, [...(readings.get(group) ?? []), reading]);
  return reading.read;
};

describe("a service behind", { concurrency: 4 }, () => {
  for (const [at, [name, { command, listeners = 1, baseline }]] of Object.entries(TREES).entries()) {
    const skip = command.includes(BIN) && !existsSync(BIN) && "npm run setup:fastapi was not run";

    test(`${name} is set up right, and its CPU is the kernel's of its control group`, { skip }, async (t) => {
      const { control, lines } = await withTarget(
        `command:${inGroups(command, String(at))},ready=60s`,
        (bench, setting, signal) => {
          const only = ofVariants(setting, (variant) => isTraced(variant) || baseline !== undefined);
          return checkAll(bench, only, signal);
        },
      );
      assert.deepEqual(
        lines.filter(({ word }) => word === "wrong"),
        [],
      );
      for (const counted of ["one root per request", "flush at exit"])
        assert.equal(lines.find(({ check }) => check === counted)!.word, "ok");
      const { traced } = control;
      // as if no span had come: it ends gently, whatever its parents do
      assert.doesNotMatch(causeText(causesOf(traced!)), /SIGTERM/);
      assert.equal(traced!.listeners.length, listeners);
      if (baseline) assert.match(lines.find(({ check }) => check === "baseline")!.text, new RegExp(`^${baseline}`));
      if (groups === undefined) return t.diagnostic("no control group can be made: CPU is not compared");
      const compared = [...readings].filter(([group]) => group.startsWith(`${groups}/${PREFIX}-${at}-`));
      assert.ok(compared.length >= 3, `${compared.length} groups`);
      for (const [, [from, to]] of compared) {
        const counted = Math.round(cpuBetween(from!.read, to!.read)!.totalUs);
        const [least, most] = [to!.before - from!.after, to!.after - from!.before];
        t.diagnostic(`measured ${counted} µs, the kernel's ${least} to ${most} µs`);
        assert.ok(counted > least * 0.98 && counted < most * 1.02);
      }
    });
  }
});
