import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { bandwidth, bytes, count, duration, period, positiveShare, rate, share } from "./units.ts";

test("a duration is read into milliseconds, with any of its units", () => {
  assert.deepEqual(
    ["250ms", "10s", "2m", "1h", "50us", "1.5s"].map((text) => duration.parse(text)),
    [250, 10_000, 120_000, 3_600_000, 0.05, 1500],
  );
});

test("a rate is read into events a second", () => {
  assert.deepEqual(
    ["600/s", "30/m", "0.5/s", "600/sec", "30/min", "1800/h"].map((text) => rate.parse(text)),
    [600, 0.5, 0.5, 600, 0.5, 0.5],
  );
});

test("a share may be a number or a percentage", () => {
  assert.deepEqual(
    ["0.1", "10%", "7%", "1", "0"].map((text) => share.parse(text)),
    [0.1, 0.1, 0.07, 1, 0],
  );
});

test("a size may be in decimal or binary units", () => {
  assert.deepEqual([bytes.parse("500kB"), bytes.parse("1MiB"), bandwidth.parse("1MB/s")], [500_000, 1_048_576, 1e6]);
});

test("what has no unit, a wrong one or is out of range is refused with what was expected", () => {
  const refused = [
    [duration, "10", /duration with its unit/],
    [duration, "-1s", /duration with its unit/],
    [rate, "600", /rate such as 600\/s/],
    [rate, "0/s", /rate such as 600\/s, above 0/],
    [rate, "-5/s", /rate such as 600\/s, above 0/],
    [rate, "600/sex", /by the second, minute or hour \(\/s, \/m, \/h\)/],
    [period, "0s", /duration with its unit, .*, above 0/],
    [positiveShare, "0%", /share above 0 and at most 1/],
    [share, "1.5", /share from 0 to 1/],
    [share, "", /share from 0 to 1/],
    [count(1), "0", /whole number, at least 1/],
    [count(1, 5), "6", /whole number from 1 to 5/],
    [bandwidth, "1MB", /bandwidth such as/],
  ] as const;
  for (const [quantity, text, expected] of refused) {
    assert.match(quantity.safeParse(text).error?.issues[0]?.message ?? "accepted", expected, text);
  }
});

test("a number without its unit, with blanks, or with another word for its unit is refused with each likely spelling, which is accepted", () => {
  const cases = [
    [duration, "10", ["10ms", "10s"]],
    [period, "10 s", ["10s"]],
    [period, "50 µs", ["50us"]],
    [period, "0", []],
    [rate, "600", ["600/s"]],
    [share, "95", ["95%"]],
    [share, "150", []],
    [positiveShare, "5", ["5%"]],
    [bytes, "500", ["500kB", "500MB"]],
    [bandwidth, "1MB", ["1MB/s"]],
    [duration, "250uss", ["250us"]],
    [duration, "5min", ["5m"]],
    [duration, "10 seconds", ["10s"]],
    [duration, "3 weeks", []],
    [duration, "10x", []],
    [duration, "10u", ["10us"]],
    [bytes, "10s", []],
    [bytes, "500K", ["500kB"]],
    [rate, "600/d", []],
    [rate, "600s", ["600/s"]],
    [rate, "600/second", ["600/s"]],
    [rate, "10/minutes", ["10/m"]],
    [rate, "600/secs", ["600/s"]],
    [rate, "600rps", ["600/s"]],
    [rate, "600 requests/s", ["600/s"]],
    [rate, "600/ss", ["600/s"]],
    [rate, "0rps", []],
    [share, "10 percent", ["10%"]],
    [share, "10%%", ["10%"]],
    [bytes, "500kb", ["500kB"]],
    [bandwidth, "5MBs", ["5MB/s"]],
    [duration, "soon", []],
    [count(1), "x", []],
    [rate, "1,5/s", ["1.5/s"]],
    [rate, "1,5", ["1.5/s"]],
    [rate, "1,5rps", ["1.5/s"]],
    [rate, "3,000/s", ["3.000/s", "3000/s"]],
    [share, "0,125", ["0.125"]],
    [share, "2,5%", ["2.5%"]],
    [duration, "1,5 s", ["1.5s"]],
    [bytes, "1,5MB", ["1.5MB"]],
    [count(1), "10,000", ["10000"]],
    [count(1), "2,5", []],
  ] as const;
  for (const [quantity, text, spellings] of cases) {
    const message = quantity.safeParse(text).error?.issues[0]?.message ?? assert.fail(text);
    const [, meant = ""] = message.split("did you mean");
    const named = [...meant.matchAll(/"([^"]+)"/g)].map(([, spelling]) => spelling!);
    assert.deepEqual(named, spellings, text);
    for (const spelling of named) assert.ok(quantity.safeParse(spelling).success, spelling);
  }
});

test("every quantity prints to a text that reads back to it", () => {
  const cases = [
    [duration, fc.integer({ min: 0, max: 1e9 })],
    [bytes, fc.integer({ min: 0, max: 1e12 })],
    [rate, fc.integer({ min: 1, max: 1e6 }).map((n) => n / 10)],
    [share, fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000)],
    [count(0), fc.nat()],
  ] as const;
  for (const [quantity, values] of cases) {
    fc.assert(fc.property(values, (value) => assert.equal(quantity.parse(z.encode(quantity, value)), value)));
  }
});
