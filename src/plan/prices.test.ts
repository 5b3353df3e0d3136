import assert from "node:assert/strict";
import { test } from "node:test";
import { instrumentationSpec, samplerSpec } from "../spec/scenario.ts";
import { pricesOf } from "./prices.ts";
import type { Variant } from "./variant.ts";

const variantsOf = (lists: readonly string[], sampler = "always_on"): Variant[] =>
  lists.map((list) => ({
    id: `${sampler} ${list}`,
    sampler: samplerSpec.parse(sampler),
    instrumentation: instrumentationSpec.parse(list),
  }));

const priced = (...lists: string[]): string[] =>
  pricesOf(variantsOf(lists)).map(({ names, more, fewer }) => {
    const [whole, part] = [more, fewer].map(({ instrumentation }) => instrumentation!.text);
    return `${names.join("+")}: ${whole} / ${part}`;
  });

test("an instrumentation that is left out has its price", () =>
  assert.deepEqual(priced("auto", "auto-http", "auto-pg", "auto,fs"), [
    "http: auto / auto-http",
    "pg: auto / auto-pg",
    "fs: auto,fs / auto",
  ]));

test("two that have another price without each other have one together, and no other", () => {
  const both = "express+router: auto / auto-express,auto-router";
  assert.deepEqual(priced("auto", "auto-express", "auto-router", "auto-express,auto-router"), [both]);
  assert.deepEqual(priced("auto", "auto-router,auto-express"), ["express+router: auto / auto-router,auto-express"]);
  assert.deepEqual(priced("auto", "auto-pg", "auto-express", "auto-router", "auto-express,auto-router"), [
    "pg: auto / auto-pg",
    both,
  ]);
  const three = ["dns", "net", "pg"];
  const subsets = Array.from({ length: 8 }, (_, bits) => three.filter((_, at) => (bits & (1 << at)) !== 0));
  const lists = subsets.map((left) => left.map((name) => `auto-${name}`).join() || "auto");
  assert.deepEqual(priced(...lists), ["dns+net+pg: auto / auto-dns,auto-net,auto-pg"]);
});

test("added one by one, each has its price, and their sum is none", () =>
  assert.deepEqual(priced("none", "http", "http,express"), ["http: http / none", "express: http,express / http"]));

test("variants that differ in something else have no price, and each sampler has its own", () => {
  const [all, fewer] = [variantsOf(["auto"]), variantsOf(["auto-pg"], "ratio:0.1")];
  assert.deepEqual(pricesOf([...all, ...fewer]), []);
  const samplers = ["always_on", "ratio:0.1"].flatMap((sampler) => variantsOf(["auto", "auto-pg"], sampler));
  assert.deepEqual(
    pricesOf(samplers).map(({ more }) => more.sampler.text),
    ["always_on", "ratio:0.1"],
  );
});
