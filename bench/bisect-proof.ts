/**
 * Does the bisection name the release that became slower? `npm run bisect-proof [-- --cases 10 --cost 100us --rounds 4]`
 *
 * Eight versions stand for releases of the SDK: all are copies of one, and from one of them on each span burns `--cost` of CPU
 * as it ends. In each case it is another one. Ends with 1 if fewer than nine of ten are named within four runs.
 */
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { count, period } from "../src/base/units.ts";
import { findOtels } from "../src/cli/bench/versions/otel.ts";
import { scriptOptions, temporaryFolder } from "./script.ts";

const VERSIONS = ["2.7.0", "2.7.1", "2.8.0", "2.9.0", "2.10.0", "2.11.0", "2.12.0", "2.12.1"];
const LAST = VERSIONS.at(-1)!;
const MOST_RUNS = 4;
const BISECT = fileURLToPath(new URL("bisect.ts", import.meta.url));
const SDK = join("node_modules", "@opentelemetry", "sdk-trace");

const { cases, cost, rounds } = scriptOptions({
  cases: [count(), "10"],
  cost: [period, "100us"],
  rounds: [count(4), "4"],
});
const folder = temporaryFolder("bisect-proof");
const [[, fast] = []] = await findOtels([LAST], [process.versions.node], console.error);
const slow = join(folder, "slow");
copyWithCost(fast!, slow);

let right = 0;
for (let at = 0; at < cases; at++) {
  const since = 1 + (at % (VERSIONS.length - 1));
  linkVersions(since);
  const range = `${VERSIONS[0]}..${LAST}`;
  const size = ["--target", "bare:2", "--rounds", String(rounds), "--duration", "1s", "--warmup", "1s"];
  const { stdout } = await execa(process.execPath, [BISECT, "--otel", range, ...size], {
    env: { XDG_CACHE_HOME: folder },
    reject: false,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const answer = stdout.split("\n").at(-1)!;
  const runs = Number(/\((\d+) runs\)/.exec(answer)?.[1] ?? Infinity);
  if (answer.includes(`it came with ${VERSIONS[since]!} `) && runs <= MOST_RUNS) right++;
  console.log(`slower since ${VERSIONS[since]!}: ${answer}`);
}
console.log(`named in at most ${MOST_RUNS} runs: ${right} of ${cases}`);
process.exitCode = right < 0.9 * cases ? 1 : 0;

/** The packages of `from` by links, but for the SDK, whose copy burns CPU. */
function copyWithCost(from: string, to: string): void {
  const linkAll = (part: string, without: string): void => {
    mkdirSync(join(to, part), { recursive: true });
    for (const name of readdirSync(join(from, part)))
      if (name !== without) symlinkSync(join(from, part, name), join(to, part, name));
  };
  linkAll("node_modules", "@opentelemetry");
  linkAll(join("node_modules", "@opentelemetry"), "sdk-trace");
  for (const name of ["package.json", "package-lock.json"]) cpSync(join(from, name), join(to, name));
  cpSync(join(from, SDK), join(to, SDK), { recursive: true });
  // Linux updates a thread's clock at scheduler ticks only; reading the process's first updates it too
  const clock =
    "const threadUs = () => { process.cpuUsage(); const { user, system } = process.threadCpuUsage(); return user + system; };";
  const burn = `${clock} const end = threadUs() + ${1000 * cost}; while (threadUs() < end);`;
  const sources = globSync("build/*/export/BatchSpanProcessorBase.js", { cwd: join(to, SDK) });
  for (const source of sources) {
    const path = join(to, SDK, source);
    const [text, begin] = [readFileSync(path, "utf8"), "    onEnd(span) {\n"];
    if (!text.includes(begin)) throw new Error(`${path} does not hold ${begin}`);
    writeFileSync(path, text.replace(begin, `${begin}${burn}\n`));
  }
  if (sources.length === 0) throw new Error(`${to} has no BatchSpanProcessorBase.js`);
}

/** Makes a cache of versions that are slow from the one at `since` on. */
function linkVersions(since: number): void {
  const cache = join(folder, "spantoll", "otel");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const ending = basename(fast!).slice(LAST.length);
  VERSIONS.forEach((version, at) => symlinkSync(at < since ? fast! : slow, join(cache, version + ending)));
}
