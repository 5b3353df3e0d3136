import assert from "node:assert/strict";
import { it } from "node:test";
import { gzipSync } from "node:zlib";
import { seededRandom, type Random } from "../base/random.ts";
import { systemClock } from "../base/clock.ts";
import { ReceivedSpans } from "./count/received-spans.ts";
import { conditions } from "./conditions/index.ts";
import { Malformed } from "./decode/malformed.ts";
import { open, post } from "./receiver.fixture.ts";
import { RequestHandler, type Format } from "./receive/request-handler.ts";
import { jsonOf, protobufOf, someSpans } from "./spans.fixture.ts";

const spans = someSpans(12);
const ZIPKIN = [
  {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    id: "b7ad6b7169203331",
    parentId: null,
    kind: "SERVER",
    timestamp: 1_760_000_000_000_001,
    duration: 25,
    localEndpoint: { serviceName: "a\u00fcb" },
    tags: { error: "x", "otel.status_code": "OK", "sampler.param": "0.5" },
  },
];
const GOOD: readonly (readonly [Format, Buffer])[] = [
  ["protobuf", protobufOf(spans)],
  ["protobuf", protobufOf(spans.slice(0, 1))],
  ["json", jsonOf(spans)],
  ["json", jsonOf(spans.slice(0, 1))],
  ["zipkin", Buffer.from(JSON.stringify(ZIPKIN))],
];

/** Noise, or a good body with bytes changed, cut, doubled or thrown in. */
function hostile(random: Random): { readonly format: Format; readonly body: Buffer; readonly isGzip: boolean } {
  const below = (limit: number): number => Math.floor(random() * limit);
  const [format, good] = GOOD[below(GOOD.length)]!;
  let body: Buffer = Buffer.from(good);
  if (random() < 0.15) body = Buffer.from(Array.from({ length: below(200) }, () => below(256)));
  for (let changes = below(4); changes > 0 && body.length > 0; changes--) {
    const at = below(body.length);
    const to = at + below(Math.min(40, body.length - at));
    const kind = below(5);
    if (kind === 0) body[at] = below(256);
    else if (kind === 1) body[at] = [0x00, 0x7f, 0x80, 0xff, 0x22, 0x5c, 0x7b, 0x5b][below(8)]!;
    else if (kind === 2) body = body.subarray(0, at);
    else if (kind === 3) body = Buffer.concat([body.subarray(0, to), body.subarray(at)]);
    else body = Buffer.concat([body.subarray(0, at), body.subarray(to)]);
  }
  const isGzip = random() < 0.05;
  if (isGzip) body = gzipSync(body).subarray(0, random() < 0.5 ? undefined : below(40));
  return { format, body, isGzip };
}

it("accepts or refuses each of 10,000 hostile bodies, and counts nothing of those it refuses", () => {
  const random = seededRandom(20_261_122);
  const { kind, config } = conditions.parse("healthy");
  const store = new ReceivedSpans();
  const handler = new RequestHandler(kind.make(config, { seed: 1, clock: systemClock }), store, systemClock);
  let refused = 0;
  for (let i = 0; i < 10_000; i++) {
    const { format, body, isGzip } = hostile(random);
    const before = store.counts();
    const strings = i % 20 === 0 ? store.spans().strings.length : undefined;
    try {
      handler.receive({ exporter: format, format, bytes: body, isGzip });
    } catch (error) {
      assert.ok(error instanceof Malformed, `${format} ${body.toString("base64")}: ${String(error)}`);
      refused++;
      assert.deepEqual(store.counts(), before);
      if (strings !== undefined) assert.equal(store.spans().strings.length, strings);
    }
  }
  const { batches, received } = store.counts();
  assert.equal(batches + refused, 10_000);
  assert.ok(batches > 1000 && refused > 1000, `${batches} accepted, ${refused} refused`);
  const table = store.spans();
  assert.equal(table.spanId.length, received);
  assert.equal(new Set(table.spanId).size, received);
});

it("answers and counts each of 400 hostile requests over HTTP, and serves the next as ever", async () => {
  const random = seededRandom(4_711);
  const receiver = await open();
  const { otlpHttp, zipkin } = receiver.endpoints;
  const statuses = new Map<number, number>();
  for (let i = 0; i < 400; i++) {
    const { format, body, isGzip } = hostile(random);
    const { status } = await post(format === "zipkin" ? zipkin : otlpHttp, body, {
      "content-type": format === "protobuf" ? "application/x-protobuf" : "application/json",
      ...(isGzip ? { "content-encoding": "gzip" } : {}),
    });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  assert.equal((await post(otlpHttp, protobufOf(someSpans(1)))).status, 200);
  const { counts } = await receiver.close();
  assert.deepEqual(new Set(statuses.keys()), new Set([200, 202, 400]));
  assert.deepEqual(counts.malformed, { "400": statuses.get(400) });
  assert.equal(counts.batches, 1 + statuses.get(200)! + statuses.get(202)!);
});
