import { seededRandom, type Random } from "../../base/random.ts";
import { registry, type Fields } from "../../base/registry.ts";
import { bandwidth, count, duration, rate, share } from "../../base/units.ts";
import type { AnyCondition, ConditionKind, Decision } from "./condition.ts";

const ACCEPT: Decision = { type: "accept" };
const acceptAll = (): Decision => ACCEPT;
const LONGEST_ANSWER_MS = 3_600_000;

/** Every behaviour that the sink can be scripted to, and what is received under it. */
export const conditions = registry<AnyCondition>("backend condition", [
  /** Received: everything that arrives whole. */
  condition({
    name: "healthy",
    about: "accepts everything at once",
    example: "healthy",
    fields: {},
    make: () => ({ decide: acceptAll }),
  }),
  /** Received: everything; only the answer is late. A batch whose exporter gave up before it was received too. */
  condition({
    name: "slow",
    about: "accepts everything, and answers late",
    example: "slow:200ms",
    fields: { latency: duration },
    main: "latency",
    refuse: ({ latency }) => (latency > LONGEST_ANSWER_MS ? "a latency above 1h is a hang; use hang" : undefined),
    make: ({ latency }) => ({ decide: () => ({ type: "accept", afterMs: latency }) }),
  }),
  /** Received: nothing. Over gRPC, the answer is the code that stands for the status. */
  condition({
    name: "error",
    about: "answers every batch with an HTTP status from 400 to 599",
    example: "error:503",
    fields: { status: count(400, 599) },
    main: "status",
    make: ({ status }) => ({ decide: () => ({ type: "refuse", status }) }),
  }),
  /** Received: the batches that got a token. The bucket is full at the start, and holds at least one. */
  condition({
    name: "throttle",
    about:
      "lets so many batches a second pass (token bucket of one second), answers the others with 429 and Retry-After",
    example: "throttle:100/s",
    fields: { rate },
    main: "rate",
    make({ rate }, { clock }) {
      const capacity = Math.max(1, rate);
      let tokens = capacity;
      let at = clock.monotonicMs();
      return {
        decide() {
          const now = clock.monotonicMs();
          tokens = Math.min(capacity, tokens + ((now - at) * rate) / 1000);
          at = now;
          if (tokens < 1) return { type: "refuse", status: 429, retryAfterMs: ((1 - tokens) / rate) * 1000 };
          tokens--;
          return ACCEPT;
        },
      };
    },
  }),
  /** Received: the batches that are not hit. Each is hit with this probability, seeded. */
  condition({
    name: "flaky",
    about: "answers a random share of the batches with 503",
    example: "flaky:0.3",
    fields: { share },
    main: "share",
    make({ share }, { seed }) {
      const random = seededRandom(seed);
      return { decide: () => (random() < share ? { type: "refuse", status: 503 } : ACCEPT) };
    },
  }),
  /**
   * Received: all spans but the rejected ones, which are counted apart. This share of each batch, rounded up or down at
   * random, so that it holds over all batches. Zipkin has no word for it and answers 202.
   */
  condition({
    name: "partial",
    about: "rejects a random share of each batch's spans by partial success",
    example: "partial:0.3",
    fields: { share },
    main: "share",
    make({ share }, { seed }) {
      const random = seededRandom(seed);
      return {
        decide(spans) {
          const count = Math.min(spans, Math.floor(spans * share + random()));
          return count === 0 ? ACCEPT : { type: "partial", rejected: choose(count, spans, random) };
        },
      };
    },
  }),
  /** Received: nothing: what a backend did not acknowledge, an exporter may not count on. The body is read to its end. */
  condition({
    name: "hang",
    about: "takes every batch and never answers",
    example: "hang",
    fields: {},
    make: () => ({ decide: () => ({ type: "hang" }) }),
  }),
  /** Received: nothing. The address is a real one and its port is closed: the kernel refuses each connection. */
  condition({
    name: "refuse",
    about: "nothing listens on the port",
    example: "refuse",
    fields: {},
    make: () => ({ decide: acceptAll, refuses: true }),
  }),
  /** Received: nothing. The connection is destroyed at the first bytes of each body, before its end is looked at. */
  condition({
    name: "reset",
    about: "destroys the connection in mid-body",
    example: "reset",
    fields: {},
    make: () => ({ decide: acceptAll, resets: true }),
  }),
  /** Received: what arrived whole while it was up. Connections are cut `at` after the window opened, with what was on its way. */
  condition({
    name: "restart",
    about: "goes away in mid-window, and comes back on the same port",
    example: "restart:at=5s,down=3s",
    fields: { at: duration, down: duration },
    make: ({ at, down }) => ({ decide: acceptAll, outage: { atMs: at, downMs: down } }),
  }),
  /** Received: everything that arrives whole. The kernel's socket buffers take some in advance. */
  condition({
    name: "bandwidth",
    about: "reads no faster than this, over all connections together",
    example: "bandwidth:1MB/s",
    fields: { rate: bandwidth },
    main: "rate",
    make: ({ rate }) => ({ decide: acceptAll, bytesPerSecond: rate }),
  }),
]);

/** The fields of a kind give the types of its functions. */
function condition<F extends Fields>(kind: ConditionKind<F>): AnyCondition {
  return kind;
}

/** Marks `count` of `of` places, every choice equally likely. Source: Knuth, TAOCP 2, 3.4.2, algorithm S. */
function choose(count: number, of: number, random: Random): Uint8Array {
  const marks = new Uint8Array(of);
  for (let place = 0, left = count; left > 0; place++) {
    if (random() * (of - place) >= left) continue;
    marks[place] = 1;
    left--;
  }
  return marks;
}
