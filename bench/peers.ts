/**
 * The harness beside others: `npm run peers -- [--rounds 4] [--only driver]`. Driver: how late it sends, and its
 * CPU. Sink: CPU a span beside only reading the bytes, and beside decoding with protobufjs. Each round has fresh processes in shuffled order; intervals are over rounds.
 */
import { z } from "zod";
import { seededRandom, shuffled } from "../src/base/random.ts";
import { count } from "../src/base/units.ts";
import { ownDriver, type Figures } from "./peers/driver.ts";
import { Receiver } from "./peers/receiver.ts";
import { meanText, scriptOptions } from "./script.ts";

type Peers = Readonly<Record<string, () => Promise<Figures>>>;

const WARM_BATCHES = 200;
const BATCHES = 480;

const SECTIONS: Readonly<Record<string, Peers>> = {
  driver: {
    "spantoll 600/s": () => ownDriver(600),
    "spantoll 2,000/s": () => ownDriver(2000),
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

const { rounds, only } = scriptOptions({
  rounds: [count(2), "4"],
  only: [z.enum(Object.keys(SECTIONS))],
});

for (const [name, peers] of Object.entries(SECTIONS)) {
  if (only !== undefined && only !== name) continue;
  const measured = new Map<string, Figures[]>(Object.keys(peers).map((peer) => [peer, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [peer, measure] of shuffled(Object.entries(peers), seededRandom(round)))
      measured.get(peer)!.push(await measure());
  }
  for (const [peer, figures] of measured) {
    console.log(`${name}: ${peer}`);
    for (const figure of Object.keys(figures[0]!))
      console.log(`  ${figure.padEnd(24)} ${meanText(figures.map((one) => one[figure]!))}`);
  }
}
