import assert from "node:assert/strict";
import { test } from "node:test";
import { fromFile, mistakes } from "./scenario.fixture.ts";
import { samplerSpec } from "./scenario.ts";
import { inclusionOf, keptShareOf, requestsOf } from "./workload.ts";

test("classes get the share that the scenario gives them, the others share the rest", () => {
  const scenario = fromFile({ about: "", classes: { declined: 0.5 } });
  const requests = requestsOf(scenario);
  const share = (name: string): number =>
    requests.filter((request) => request.class === name).reduce((sum, { weight }) => sum + weight, 0);
  assert.ok(Math.abs(share("declined") - 0.5) < 1e-12);
  assert.ok(Math.abs(requests.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-12);
});

test("a class that no request has and shares above 1 are refused", () => {
  const lines = mistakes(() => fromFile({ about: "", classes: { declned: 0.7, slow: 0.7 } }));
  assert.match(lines.join("\n"), /no request is of class "declned" \(did you mean "declined"\?\)/);
  assert.match(lines.join("\n"), /add up to 1.4/);
});

test("the user's own service needs requests", () => {
  const [line] = mistakes(() => fromFile({ about: "", target: "command:(node server.js)" }));
  assert.match(line!, /"requests" in a scenario file must say what to send it; .*own-service\.json is one to copy$/);
});

test("a trace context that is the same for all requests is refused, and a parent for each is not", () => {
  const service = (request: object): object => ({
    about: "",
    target: "command:(node server.js)",
    requests: [{ route: "GET /", path: "/", ...request }],
  });
  for (const name of ["Traceparent", "tracestate", "b3", "X-B3-TraceId", "x-datadog-trace-id", "ot-tracer-traceid"]) {
    const [line] = mistakes(() => fromFile(service({ headers: { [name]: "1" } })));
    assert.match(line!, new RegExp(`requests\\.0\\.headers "${name}".*"parent"`));
  }
  const { requests } = fromFile(service({ parent: { sampled: 0.3 }, headers: { "x-traced": "1" } }));
  assert.deepEqual(requests[0]!.parent, { sampled: 0.3 });
  assert.match(mistakes(() => fromFile(service({ parent: { sampled: 3 } })))[0]!, /sampled/);
});

test("the share that is kept follows from the sampler and from what callers decide", () => {
  const parent = { sampled: 0.3 };
  const request = { route: "GET /", path: "/" };
  const requests = [
    { ...request, weight: 1 },
    { ...request, weight: 3, parent },
  ];
  const scenario = fromFile({ about: "", target: "command:(node server.js)", requests });
  const kept = (sampler: string): number | undefined => keptShareOf(scenario, samplerSpec.parse(sampler));
  assert.deepEqual(["always_on", "ratio:0.1", "parentbased:always_off"].map(kept), [1, 0.1, 0.75 * 0.3]);
  assert.ok(Math.abs(kept("parentbased:ratio:0.1")! - (0.25 * 0.1 + 0.75 * 0.3)) < 1e-12);
  for (const unknown of ["rate:10/s", "parentbased:rate:10/s", "parentbased:always_on,remote_sampled=ratio:0.5"])
    assert.equal(kept(unknown), undefined);
  const inclusion = (sampler: string): number | undefined => inclusionOf(scenario, samplerSpec.parse(sampler));
  assert.deepEqual(["ratio:0.1", "parentbased:ratio:0.1"].map(inclusion), [0.1, undefined]);
  const calm = { ...scenario, requests: scenario.requests.slice(0, 1) };
  assert.equal(inclusionOf(calm, samplerSpec.parse("parentbased:ratio:0.1")), 0.1);
  const incident = { atMs: 1, route: "GET /", class: "ordinary", share: 1 };
  assert.equal(keptShareOf({ ...scenario, incident }, samplerSpec.parse("parentbased:always_on")), undefined);
});
