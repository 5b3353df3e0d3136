/**
 * The sink's decoding and counting in this process, without a socket: `node bench/sink.ts`. With sockets, beside others:
 * `npm run peers -- --only sink`.
 */
import { ReceivedSpans } from "../src/sink/count/received-spans.ts";
import { decodeOtlpProtobuf } from "../src/sink/decode/otlp-protobuf.ts";
import { median } from "../src/base/median.ts";
import { Batch, SPANS } from "./peers/span-batch.ts";

const BATCHES = 2000;

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

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
