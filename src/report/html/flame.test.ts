import assert from "node:assert/strict";
import { test } from "node:test";
import { callsPerRequest } from "../../record/calls.ts";
import { changed, fixtureReport, tableOf } from "../report.fixture.ts";
import { renderHtml } from "../reporters/html.ts";
import { call, flamePage, handler, TWO_FLAMES } from "./flame.fixture.ts";

const page = flamePage(...TWO_FLAMES);

test("a flame graph is the mean of the valid rounds", () => {
  const profiled = changed((record) => ({
    ...record,
    trial: { ...record.trial, phase: "profile" },
    valid: record.trial.round < 3,
    calls: [{ ...handler, us: 100 * record.trial.round }],
  }));
  const { flames } = fixtureReport({ rounds: 3, phases: ["cost"] }, profiled);
  assert.deepEqual(
    flames!.map(({ variant, calls }) => [variant, calls[0]!.us]),
    ["none", "always_on", "ratio:0.1"].map((variant) => [variant, 150]),
  );
});

test("parts are scaled to the CPU if samples show up to a tenth too much JavaScript, and left out beyond that", () => {
  const seenAt = (native: number, spoilt: string) => {
    const profiled = changed((record) => ({
      ...record,
      trial: { ...record.trial, phase: "profile" },
      profile: { "the service": 90, "native code and system calls": record.trial.variant === spoilt ? native : 9 },
      calls: [handler],
    }));
    const { estimates, flames, ...rest } = fixtureReport({ rounds: 4, phases: ["cost"] }, profiled);
    const named = estimates.filter(({ metric, variant }) => metric.startsWith("profile: ") && variant === spoilt);
    const { rows } = tableOf({ estimates, ...rest }, "profile");
    const service = named.find(({ metric, against }) => metric === "profile: the service" && against === undefined);
    const flame = flames!.find(({ variant }) => variant === spoilt);
    return {
      metrics: new Set(named.map(({ metric }) => metric)).size,
      rows: rows.length,
      serviceUs: service?.center,
      flameUs: flame && flame.calls[0]!.us / handler.us,
      totals: flames!.map(({ total }) => total),
    };
  };
  const whole = { metrics: 3, rows: 3, serviceUs: 90, flameUs: 1, totals: ["99", "99", "99"] };
  assert.deepEqual(seenAt(9, "always_on"), whole);
  // without native code, which is in the service's 81
  const scaled = { metrics: 2, rows: 3, serviceUs: 81, flameUs: 0.9 };
  assert.deepEqual(seenAt(-9, "always_on"), { ...whole, ...scaled, totals: ["99", "81", "99"] });
  const refused = { metrics: 1, serviceUs: undefined, flameUs: undefined, totals: ["99", "99"] };
  assert.deepEqual(seenAt(-10, "always_on"), { ...whole, ...refused });
  assert.deepEqual(seenAt(-10, "none"), { ...whole, ...refused, rows: 1 });
});

test("calls that are too small to show are in those that called them, or one of their own", () => {
  const small = Array.from({ length: 30 }, (_, at) => call(`root ${at}`, "pg", 4));
  const calls = [call("handle", "the service", 890, call("emit", "Node", 4)), ...small, call("native", "native", -10)];
  const shown = callsPerRequest(calls, 10, 0.005);
  assert.deepEqual(shown, [call("handle", "the service", 89), call("other calls", "other calls", 11)]);
  assert.deepEqual(callsPerRequest([...shown, ...shown], 2, 0.005), shown);
});

test("parts differ in colour, and names stay text", () => {
  const swatches = [...page.matchAll(/<rect width="12" height="12" fill="(#\w+)"/g)].map(([, color]) => color);
  assert.equal(swatches.length, 3);
  assert.equal(new Set(swatches).size, swatches.length);
  assert.doesNotMatch(page, /<img/);
  assert.doesNotMatch(renderHtml(fixtureReport()), /flame/);
});
