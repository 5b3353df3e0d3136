import assert from "node:assert/strict";
import { test } from "node:test";
import { execa } from "execa";
import { variantSchema } from "../plan/trial.ts";
import { environmentOf, environmentText } from "./advise-environment.ts";

const always = variantSchema.parse({
  id: "x",
  sampler: "always_on",
  processor: "batch",
  exporter: "otlp-http/protobuf",
  backend: "healthy",
});
const linesFor = (endpoint: string): string => environmentText(environmentOf(always, undefined, endpoint));

test("variables pasted into a shell mean what they say, whatever is in the endpoint", async () => {
  const endpoint = "https://otel.example/v1/traces?team=a&key='$(id)'";
  const script = `${linesFor(endpoint)}\nprintf %s "$OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"`;
  const { stdout } = await execa("sh", ["-c", script]);
  assert.equal(stdout, endpoint);
});

test("variables are quoted only where that is needed", () => {
  assert.doesNotMatch(linesFor("http://collector:4318/v1/traces"), /'/);
});
