import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../base/temporary-folder.fixture.ts";
import { UserError } from "../../../base/problem.ts";
import { samplers } from "../index.ts";
import { believable, isSampled, remote, startService, type Service } from "../samplers.fixture.ts";

const baseDir = temporaryFolder();

async function serviceWith(rules: unknown): Promise<Service> {
  await writeFile(join(baseDir, "rules.json"), JSON.stringify(rules));
  return startService("rules:./rules.json", { baseDir });
}

const request = (method: string, path: string): Record<string, string> => ({
  "http.request.method": method,
  "url.path": path,
});

test("the first rule that fits the root decides, and what fits none is dropped", async () => {
  await using service = await serviceWith([
    { path: "/health", sampler: "always_off" },
    { route: "/orders/:id", method: "get", sampler: "always_off" },
    { path: "/orders", sampler: "always_on" },
    { attributes: { tier: "gold" }, sampler: "always_on" },
  ]);
  const keeps = (attributes: Record<string, string>): boolean =>
    isSampled(service.start("x", undefined, attributes).span);
  assert.equal(keeps(request("GET", "/health/live")), false);
  assert.equal(keeps(request("GET", "/orders/7")), false);
  assert.equal(keeps(request("POST", "/orders/7")), true);
  assert.equal(keeps(request("GET", "/orders/7/items")), true);
  assert.equal(keeps(request("GET", "/orders")), true);
  assert.equal(keeps({ ...request("GET", "/cart"), tier: "gold" }), true);
  assert.equal(keeps(request("GET", "/cart")), false);
  assert.equal(keeps({ "http.method": "POST", "http.target": "/orders?page=2" }), true);
});

test("a rule with a probability keeps that share and passes its threshold on", async () => {
  await using service = await serviceWith([{ sampler: "probability:0.5" }]);
  const sampled = Array.from({ length: 2000 }, () => service.start("x").span).filter(isSampled);
  const [low, high] = believable(2000, 0.5);
  assert.ok(sampled.length >= low && sampled.length <= high);
  assert.equal(sampled[0]!.spanContext().traceState?.get("ot"), "th:8");
});

test("any other sampler can stand in a rule; what it keeps carries no threshold", async () => {
  await using service = await serviceWith([{ sampler: "rate:1/s" }]);
  const [first, second] = [service.start("x").span, service.start("x").span];
  assert.deepEqual([first, second].map(isSampled), [true, false]);
  assert.equal(first.spanContext().traceState?.get("ot"), undefined);
});

test("a rule can annotate what it keeps", async () => {
  await using service = await serviceWith([{ sampler: "annotating:probability:1,attribute=rule,value=all" }]);
  service.start("x").span.end();
  const [kept] = service.kept();
  assert.equal(kept!.attributes["rule"], "all");
  assert.equal(kept!.spanContext().traceState?.get("ot"), "th:0");
});

test("the spans below a root, and those called from another service, follow its decision", async () => {
  await using service = await serviceWith([{ path: "/orders", sampler: "always_on" }]);
  const kept = service.start("x", undefined, request("GET", "/orders"));
  const dropped = service.start("x", undefined, request("GET", "/cart"));
  assert.equal(isSampled(service.start("child", kept.context, request("GET", "/cart")).span), true);
  assert.equal(isSampled(service.start("child", dropped.context, request("GET", "/orders")).span), false);
  assert.equal(isSampled(service.start("served", remote(kept.span), request("GET", "/cart")).span), true);
});

for (const [what, content, expected] of [
  ["is not JSON", "[", /rules\.json is not JSON/],
  ["is no list", "{}", /rules\.json: expected a list of rules/],
  ["is empty", "[]", /rules\.json: expected a list of rules/],
  ["has an unknown field", '[{"sampler":"always_on","rout":"/x"}]', /\[0\].*rout/],
  ["names an unknown sampler", '[{"sampler":"ration:0.1"}]', /did you mean "ratio"/],
  ["puts always_record into a rule", '[{"sampler":"parentbased:always_record:always_on"}]', /always_record around/],
  ["puts tail into a rule", '[{"sampler":"tail:errors"}]', /tail decides when/],
] as const) {
  test(`a rules file that ${what} is the user's mistake`, async () => {
    await writeFile(join(baseDir, "rules.json"), content);
    const { kind, config } = samplers.parse("rules:./rules.json");
    await assert.rejects(
      kind.check!(config, { baseDir }),
      (error) => error instanceof UserError && expected.test(error.message),
    );
  });
}

test("a missing rules file is found by the check", async () => {
  const { kind, config } = samplers.parse("parentbased:(rules:./absent.json)");
  await assert.rejects(kind.check!(config, { baseDir }), /absent\.json cannot be read: no such file/);
});
