/**
 * What the sink costs, beside the floor (a receiver that only reads the bytes) and beside a receiver that decodes
 * everything with protobufjs. Shuffled turns in one run, medians over turns; the ratios are what counts.
 *
 *     node bench/sink.ts            about half a minute
 *     node bench/sink.ts --soak     10 million spans, with the sink's memory on the way
 */
import { seededRandom, shuffled } from "../src/base/random.ts";
import { Books } from "../src/backend/books/books.ts";
import { decodeOtlpProtobuf } from "../src/backend/decode/otlp-protobuf.ts";
import { Batch, SPANS } from "./sink-batch.ts";
import { Peer, type Load } from "./sink-peer.ts";

const TURNS = 10;
const BATCHES_A_TURN = 150;
const SOAK_SPANS = 10_000_000;
const FLOOR = "reads the bytes only";

if (process.argv.includes("--soak")) await soak();
else {
  printInProcess();
  await compare();
}

async function compare(): Promise<void> {
  const peers = [
    await Peer.receiver(FLOOR, "read"),
    await Peer.sink("sink, counts only", false),
    await Peer.sink("sink, keeps the span table", true),
    await Peer.receiver("decodes everything (protobufjs)", "full"),
    await Peer.sink("sink, keeps the span table, JSON", true, "json"),
  ];
  const turns = new Map<string, Load[]>(peers.map(({ name }) => [name, []]));
  for (const peer of peers) await peer.load(BATCHES_A_TURN);
  const random = seededRandom(1);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const peer of shuffled(peers, random)) turns.get(peer.name)!.push(await peer.load(BATCHES_A_TURN));
  }
  printTurns(turns);
  for (const peer of peers) {
    const counts = await peer.close();
    const expected = (TURNS + 1) * BATCHES_A_TURN * SPANS;
    if (counts !== undefined && counts.received !== expected)
      throw new Error(`received ${counts.received} of ${expected}`);
  }
}

/** The best turn is the one that the machine's other work disturbed least. */
function printTurns(turns: ReadonlyMap<string, readonly Load[]>): void {
  const cpuOf = (name: string): number[] => turns.get(name)!.map(({ cpuUsPerSpan }) => cpuUsPerSpan);
  const floor = cpuOf(FLOOR);
  console.log(`\nAs processes over HTTP: batches of ${SPANS} spans, ${TURNS} turns of ${BATCHES_A_TURN} batches each`);
  console.log("CPU µs/span: median, best   x floor: median of turns, best   spans/s on one core: median, best");
  for (const name of turns.keys()) {
    const cpu = cpuOf(name);
    const best = Math.min(...cpu);
    const ratio = median(cpu.map((value, turn) => value / floor[turn]!));
    const figures = [
      `${median(cpu).toFixed(3)}, ${best.toFixed(3)}`.padStart(26),
      `${ratio.toFixed(2)}, ${(best / Math.min(...floor)).toFixed(2)}`.padStart(32),
      `${whole(1e6 / median(cpu))}, ${whole(1e6 / best)}`.padStart(36),
    ];
    console.log(`${figures.join("")}   ${name}`);
  }
}

/** Decoding and booking alone, without a socket. */
function printInProcess(): void {
  const batch = new Batch("protobuf", 99);
  console.log(`In process: ${batch.body.length / SPANS} bytes/span`);
  for (const keepSpans of [false, true]) {
    const books = new Books(keepSpans);
    const decodeUs: number[] = [];
    const bookUs: number[] = [];
    for (let i = 0; i < 2000; i++) {
      const body = batch.renew();
      const [start, decoded] = [performance.now(), (decodeOtlpProtobuf(body, books.rows), performance.now())];
      books.commit();
      decodeUs.push((decoded - start) * 1000);
      bookUs.push((performance.now() - decoded) * 1000);
    }
    const [decode, book] = [median(decodeUs) / SPANS, median(bookUs) / SPANS];
    const kept = keepSpans ? "with the span table" : "counts only";
    console.log(
      `  ${kept}: decode ${decode.toFixed(3)} + book ${book.toFixed(3)} µs/span = ${whole(1e6 / (decode + book))} spans/s`,
    );
  }
}

async function soak(): Promise<void> {
  const peer = await Peer.sink("sink", false);
  const batchesAMillion = Math.ceil(1_000_000 / SPANS);
  let sent = 0;
  while (sent < SOAK_SPANS) {
    const { cpuUsPerSpan, spansPerSecond } = await peer.load(batchesAMillion);
    sent += batchesAMillion * SPANS;
    const rss = (peer.rssBytes() / 1e6).toFixed(0);
    console.log(
      `${whole(sent)} spans: ${rss} MB resident, ${cpuUsPerSpan.toFixed(2)} µs CPU/span, ${whole(spansPerSecond)} spans/s`,
    );
  }
  const { received, duplicates, idWindowExceeded } = (await peer.close())!;
  console.log(
    `received ${whole(received)}, duplicates ${duplicates}, id window exceeded: ${idWindowExceeded}, residual ${sent - received}`,
  );
  if (received !== sent) process.exitCode = 1;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
