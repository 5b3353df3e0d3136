import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { listScenarios, scenarioPath } from "./library.ts";
import { scenarioTextSchema } from "./scenario.ts";

test("every scenario that comes with Spantoll fits the JSON Schema that editors check it with", () => {
  const schema = z.toJSONSchema(scenarioTextSchema, { io: "input", unrepresentable: "any" });
  const inEditor = z.fromJSONSchema(schema);
  for (const { name } of listScenarios()) {
    const { error } = inEditor.safeParse(JSON.parse(readFileSync(scenarioPath(name)!, "utf8")));
    assert.equal(error, undefined, `${name}: ${error?.message}`);
  }
  assert.equal(inEditor.safeParse({ costRate: 7 }).success, false);
});
