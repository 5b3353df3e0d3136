/**
 * Is a known cost attributed to its package? `npm run attribution [-- --burn 2ms --rounds 6 --duration 4s --warmup 5s]`
 *
 * A service gets an instrumentation of its own that burns a known time in each request, and measures that time by the clock of
 * its thread. `--phase profile` must name its package, with that cost within 15 %, and all parts together must be 90 to 110 %
 * of what the phase cost measures. Exit code 1 if not, 3 if too few rounds are valid.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { count, formatDuration, period } from "../src/base/units.ts";
import { estimatesOf } from "../src/estimate/estimates.ts";
import type { Phase } from "../src/spec/phases.ts";
import { ALL_PARTS, NATIVE_CODE, oversampledVariants, PART } from "../src/record/part-metrics.ts";
import { measure, REPOSITORY, scriptOptions, temporaryFolder } from "./script.ts";

const PACKAGE = "@attribution/instrumentation-burner";
const SERVER = `require("node:http").createServer((request, response) => response.end("ok")).listen(process.env.PORT, "127.0.0.1");`;

const { burn, rounds, duration, warmup } = scriptOptions({
  burn: [period, "2ms"],
  rounds: [count(4), "6"],
  duration: [period, "4s"],
  warmup: [period, "5s"],
});
const folder = temporaryFolder("attribution");
writeService();
const size = ["--rounds", String(rounds), "--duration", formatDuration(duration), "--warmup", formatDuration(warmup)];
const asked = ["--phase", "cost", "--phase", "profile", "--instrumentation", `http,${PACKAGE}`, "--rate", "300/s"];
const words = [join(folder, "scenario.json"), ...asked, ...size];
const results = await measure(words, join(folder, "results.json"), folder);
const { estimates } = estimatesOf(results);
const parts = added("profile", (metric) => metric === ALL_PARTS) ?? endWithout("profile");
const whole = added("cost", (metric) => metric === "cpuUsPerRequest") ?? endWithout("cost");
// other parts have figures, so the profiles were taken
if (added("profile", (metric) => metric.startsWith(PART) && metric !== ALL_PARTS) === undefined) endWithout("profile");
const named = added("profile", (metric) => metric === `${PART}${PACKAGE}`) ?? 0;
const burnt = burntUs();
console.log(`${PACKAGE}: ${named.toFixed(1)} µs of ${burnt.toFixed(1)} µs burnt (${percentOf(named, burnt)})`);
console.log(
  `all parts: ${parts.toFixed(1)} µs of ${whole.toFixed(1)} µs in the phase cost (${percentOf(parts, whole)})`,
);
process.exitCode = isWithin(named / burnt, 0.15) && isWithin(parts / whole, 0.1) ? 0 : 1;

/** Of always_on over none, µs per request; undefined if there is no such figure. */
function added(phase: Phase, isAsked: (metric: string) => boolean): number | undefined {
  return estimates.find(
    ({ metric, phase: of, variant, unit, against }) =>
      isAsked(metric) && of === phase && variant.startsWith("always_on") && against === "none" && unit === "us/request",
  )?.center;
}

function endWithout(phase: Phase): never {
  const invalid = results.records.filter(({ trial, valid }) => trial.phase === phase && !valid);
  const codes = new Set(invalid.flatMap(({ warnings }) => warnings.map(({ code }) => code)));
  console.error(
    `the phase ${phase} has no figures; warnings of its invalid rounds: ${[...codes].join(", ") || "none"}`,
  );
  for (const variant of phase === "profile" ? oversampledVariants(results.records) : []) {
    const rounds = results.records.filter(({ trial }) => trial.phase === phase && trial.variant === variant);
    const nativeUs = rounds.map(({ profile }) => profile?.[NATIVE_CODE]?.toFixed(0) ?? "none");
    console.error(
      `${variant}: more JavaScript than the kernel counted; native code by round, µs: ${nativeUs.join(", ")}`,
    );
  }
  process.exit(3);
}

/** By the instrumentation's own clock, mean over its processes. */
function burntUs(): number {
  const means = readdirSync(folder)
    .filter((name) => name.startsWith("burnt-"))
    .map((name) => Number(readFileSync(join(folder, name), "utf8")));
  return means.reduce((sum, us) => sum + us, 0) / means.length;
}

function percentOf(part: number, of: number): string {
  return `${((100 * part) / of).toFixed(0)} %`;
}

function isWithin(ratio: number, off: number): boolean {
  return Math.abs(ratio - 1) <= off;
}

function writeService(): void {
  const home = join(folder, "node_modules", PACKAGE);
  mkdirSync(home, { recursive: true });
  // the API that an instrumentation of a service has beside it
  const api = join("node_modules", "@opentelemetry", "api");
  mkdirSync(join(folder, "node_modules", "@opentelemetry"));
  symlinkSync(join(REPOSITORY, api), join(folder, api), "dir");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "service", private: true }));
  writeFileSync(join(folder, "server.js"), SERVER);
  writeFileSync(
    join(folder, "scenario.json"),
    JSON.stringify({
      target: 'command:"node server.js"',
      samplers: ["always_on"],
      requests: [{ route: "GET /", path: "/" }],
    }),
  );
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: PACKAGE, version: "1.0.0", main: "index.js" }));
  writeFileSync(join(home, "index.js"), instrumentationText(burn * 1000));
}

/** The loop has the same work in each request, as much as `us` takes on this machine now. */
function instrumentationText(us: number): string {
  return `const { writeFileSync } = require("node:fs");
const { Server } = require("node:http");
let [turns, calls, spent, sum] = [1000, 0, 0, 0];
function burn(times) {
  for (let turn = 0; turn < times; turn++) sum = (sum + turn * turn) % 1000003;
}
// Linux updates a thread's clock at scheduler ticks only; reading the process's first updates it too
function threadUs() {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
function timed(times) {
  const before = threadUs();
  burn(times);
  return threadUs() - before;
}
for (let at = 0; at < 20; at++) timed(1e6);
turns = Math.round((1e7 * ${us}) / timed(1e7));
let clock = 0;
for (let at = 0; at < 2000; at++) clock += timed(0) / 2000;
class BurnerInstrumentation {
  instrumentationName = "burner";
  instrumentationVersion = "1.0.0";
  setTracerProvider() {}
  setMeterProvider() {}
  setConfig() {}
  getConfig() { return {}; }
  disable() {}
  enable() {
    const emit = Server.prototype.emit;
    Server.prototype.emit = function (name, ...args) {
      if (name === "request") { spent += timed(turns) - clock; calls++; }
      return emit.call(this, name, ...args);
    };
    process.on("exit", () => calls > 100 && writeFileSync(${JSON.stringify(join(folder, "burnt-"))} + process.pid, String(spent / calls)));
  }
}
module.exports = { BurnerInstrumentation };
`;
}
