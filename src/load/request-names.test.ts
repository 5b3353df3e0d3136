import assert from "node:assert/strict";
import { test } from "node:test";
import { requestNames } from "./request-names.ts";

test("requests of one route are named by their class too", () => {
  const [item, unknown, list] = ["ordinary", "unknown", "ordinary"].map((name, at) => ({
    route: at < 2 ? "GET /items/:id" : "GET /items",
    class: name,
  }));
  const names = requestNames([item!, unknown!, list!]);
  assert.equal(new Set(names).size, 3);
  assert.ok(names[1]!.includes("unknown") && !names[2]!.includes("ordinary"), names.join());
});
