/**
 * The sink by itself; beside others it is in `npm run peers -- --only sink`.
 *
 *     node bench/sink.ts            decoding and counting in this process, without a socket
 *     node bench/sink.ts --soak     10 million spans over HTTP, with the sink's memory on the way
 */
import { ReceivedSpans } from "../src/sink/count/received-spans.ts";
import { decodeOtlpProtobuf } from "../src/sink/decode/otlp-protobuf.ts";
import { median } from "../src/base/median.ts";
import { Receiver } from "./peers/receiver.ts";
import { Batch, SPANS } from "./peers/span-batch.ts";

const BATCHES = 2000;
const SOAK_SPANS = 10_000_000;

if (process.argv.includes("--soak")) await soak();
else inProcess();

function inProcess(): void {
  const batch = new Batch(99);
  console.log(`${batch.body.length / SPANS} bytes/span`);
  for (const keepSpans of [false, true]) {
    const received = new ReceivedSpans(keepSpans);
    const decodeUs: number[] = [];
    const countUs: number[] = [];
    for (let i = 0; i < BATCHES; i++) {
      const body = batch.renew();
      const [start, decoded] = [performance.now(), (decodeOtlpProtobuf(body, received.rows), performance.now())];
      received.commit();
      decodeUs.push((decoded - start) * 1000);
      countUs.push((performance.now() - decoded) * 1000);
    }
    const [decode, count] = [median(decodeUs)! / SPANS, median(countUs)! / SPANS];
    const kept = keepSpans ? "with the span table" : "counts only";
    console.log(
      `${kept}: decode ${decode.toFixed(3)} + count ${count.toFixed(3)} µs/span = ${whole(1e6 / (decode + count))} spans/s`,
    );
  }
}

async function soak(): Promise<void> {
  await using sink = await Receiver.sink(false);
  const batchesAMillion = Math.ceil(1_000_000 / SPANS);
  for (let sent = 0; sent < SOAK_SPANS;) {
    const { cpuUsPerSpan, spansPerSecond } = await sink.load(batchesAMillion);
    sent += batchesAMillion * SPANS;
    const rss = (sink.rssBytes() / 1e6).toFixed(0);
    console.log(
      `${whole(sent)} spans: ${rss} MB resident, ${cpuUsPerSpan.toFixed(2)} µs CPU/span, ${whole(spansPerSecond)} spans/s`,
    );
  }
  await sink.check();
  console.log("all received");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
