/**
 * The harness beside others: `npm run peers -- [--rounds 4] [--only driver] [--run results/example.json]`.
 * Driver: how late it sends, and its CPU beside wrk's. Sink: CPU a span beside only reading the bytes, and beside
 * decoding with protobufjs. Run: the share of a results file's time that was under load, and what a trial took beyond
 * it. Each round has fresh processes in shuffled order; intervals are over rounds.
 */
import { z } from "zod";
import { seededRandom, shuffled } from "../src/base/random.ts";
import { count, text } from "../src/base/units.ts";
import { interval, oneSample } from "../src/estimate/statistics/student.ts";
import { readResults } from "../src/record/file.ts";
import { hasWrk, ownDriver, wrk, type Figures } from "./peers/driver.ts";
import { loadShares } from "./peers/load-share.ts";
import { Receiver } from "./peers/receiver.ts";
import { scriptOptions } from "./script-options.ts";

type Peers = Readonly<Record<string, () => Promise<Figures>>>;

const WARM_BATCHES = 200;
const BATCHES = 480;

const SECTIONS: Readonly<Record<string, Peers>> = {
  driver: {
    "spantoll 600/s": () => ownDriver(600),
    "spantoll 2,000/s": () => ownDriver(2000),
    "spantoll closed": () => ownDriver(),
    ...(hasWrk() && { "wrk closed": wrk }),
  },
  sink: {
    "reads the bytes": () => loaded(Receiver.peer("read")),
    sink: () => loaded(Receiver.sink()),
    protobufjs: () => loaded(Receiver.peer("decode")),
  },
};

async function loaded(starting: Promise<Receiver>): Promise<Figures> {
  await using receiver = await starting;
  await receiver.load(WARM_BATCHES);
  const { cpuUsPerSpan, spansPerSecond } = await receiver.load(BATCHES);
  await receiver.check();
  return { "CPU µs/span": cpuUsPerSpan, "spans/s": spansPerSecond };
}

const { rounds, only, run } = scriptOptions({
  rounds: [count(2), "4"],
  only: [z.enum(Object.keys(SECTIONS))],
  run: [text, "results/example.json"],
});

for (const [name, peers] of Object.entries(SECTIONS)) {
  if (only !== undefined && only !== name) continue;
  const measured: { readonly peer: string; readonly figures: Figures }[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [peer, measure] of shuffled(Object.entries(peers), seededRandom(round)))
      measured.push({ peer, figures: await measure() });
  }
  for (const peer of Object.keys(peers))
    show(
      `${name}: ${peer}`,
      measured.filter((one) => one.peer === peer),
    );
}
if (only === undefined) show(run, loadShares(readResults(run)));

function show(title: string, measured: readonly { readonly figures: Figures }[]): void {
  console.log(title);
  for (const figure of Object.keys(measured[0]?.figures ?? {})) {
    const contrast = oneSample(measured.map(({ figures }) => figures[figure]!));
    const bounds = interval(contrast, 0.95);
    const format = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en");
    const range = bounds === undefined ? "" : ` [${format(bounds.low)}, ${format(bounds.high)}]`;
    console.log(`  ${figure.padEnd(24)} ${format(contrast.mean)}${range}`);
  }
}
