import { deriveSeed, seededRandom, shuffled } from "../../src/base/random.ts";
import type { Turn } from "./figures.ts";
import { Receiver, type Load } from "./receiver.ts";
import { inRounds, type Context, type Section } from "./section.ts";

export interface SinkLoad {
  readonly warmupBatches: number;
  readonly batchesATurn: number;
  readonly turns: number;
}

const FLOOR = { protobuf: "reads the bytes", json: "reads the bytes, JSON" };
const LINEUP: readonly { readonly peer: string; readonly start: (context: Context) => Promise<Receiver> }[] = [
  { peer: FLOOR.protobuf, start: (context) => Receiver.peer("read", "protobuf", context) },
  { peer: "sink", start: (context) => Receiver.sink("protobuf", context) },
  { peer: "decodes all", start: (context) => Receiver.peer("protobuf", "protobuf", context) },
  { peer: FLOOR.json, start: (context) => Receiver.peer("read", "json", context) },
  { peer: "sink, JSON", start: (context) => Receiver.sink("json", context) },
  { peer: "decodes all, JSON", start: (context) => Receiver.peer("json", "json", context) },
];

export const sink: Section = {
  name: "sink",
  title: "Sink",
  about:
    "Batches of 512 spans with six attributes and new ids, over HTTP to one process, which keeps unique ids and the table that sampling is judged by. " +
    "What decodes all does so by protobufjs and JSON.parse. Throughput is wall-clock, its sender included.",
  against: "reading",
  rounds: 6,
  reference: (peer) => (peer.includes("JSON") ? FLOOR.json : FLOOR.protobuf),
  measure: (context, rounds) => sinkRounds(context, rounds, { warmupBatches: 200, batchesATurn: 60, turns: 8 }),
};

/** All receivers of a round are up together and take many short turns, so that what else the machine does falls on all of them. */
export async function* sinkRounds(
  context: Context,
  rounds: number,
  { warmupBatches, batchesATurn, turns }: SinkLoad,
): AsyncGenerator<Turn, void> {
  for (const { round, order } of inRounds(rounds, LINEUP, context.seed)) {
    await using stack = new AsyncDisposableStack();
    const receivers: { readonly peer: string; readonly receiver: Receiver; readonly loads: Load[] }[] = [];
    for (const { peer, start } of order) receivers.push({ peer, receiver: stack.use(await start(context)), loads: [] });
    for (const { receiver } of receivers) await receiver.load(warmupBatches);
    const random = seededRandom(deriveSeed(context.seed, "turns", round));
    for (let turn = 0; turn < turns; turn++)
      for (const { receiver, loads } of shuffled(receivers, random)) loads.push(await receiver.load(batchesATurn));
    for (const { peer, receiver, loads } of receivers) {
      await receiver.check();
      yield { round, peer, figures: figuresOf(loads) };
    }
  }
}

/** Turns are equally long in spans, so that times are averaged. */
function figuresOf(loads: readonly Load[]): Turn["figures"] {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    cpuUsPerSpan: mean(loads.map(({ cpuUsPerSpan }) => cpuUsPerSpan)),
    spansPerSecond: 1 / mean(loads.map(({ spansPerSecond }) => 1 / spansPerSecond)),
  };
}
