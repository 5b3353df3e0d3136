/**
 * The sink beside others: `npm run peers [-- --rounds 4]`. CPU a span, and spans/s, of the sink, of a receiver that only reads
 * the bytes, and of one that decodes them with protobufjs. Each round has fresh processes in shuffled order; intervals are
 * over rounds. How late the driver sends, and its CPU, is in every results file: `load.lateMs`, `driverCoreShare`.
 */
import { seededRandom, shuffled } from "../src/base/random.ts";
import { count } from "../src/base/units.ts";
import { Receiver } from "./peers/receiver.ts";
import { meanText, scriptOptions } from "./script.ts";

const WARM_BATCHES = 200;
const BATCHES = 480;

const PEERS: Readonly<Record<string, () => Promise<Receiver>>> = {
  "reads the bytes": () => Receiver.peer("read"),
  sink: () => Receiver.sink(),
  protobufjs: () => Receiver.peer("decode"),
};

const { rounds } = scriptOptions({ rounds: [count(2), "4"] });
const measured = new Map<string, Awaited<ReturnType<Receiver["load"]>>[]>(Object.keys(PEERS).map((peer) => [peer, []]));
for (let round = 1; round <= rounds; round++) {
  for (const [peer, start] of shuffled(Object.entries(PEERS), seededRandom(round))) {
    await using receiver = await start();
    await receiver.load(WARM_BATCHES);
    measured.get(peer)!.push(await receiver.load(BATCHES));
    await receiver.check();
  }
}
for (const [peer, all] of measured) {
  const cpu = meanText(all.map(({ cpuUsPerSpan }) => cpuUsPerSpan));
  console.log(`${peer}: ${cpu} µs CPU a span, ${meanText(all.map(({ spansPerSecond }) => spansPerSecond))} spans/s`);
}
