import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { withVariants } from "../../record/records.fixture.ts";
import { instrumentationSpec } from "../../spec/scenario.ts";
import type { Variant } from "../../plan/variant.ts";
import { adviseOn, type Advice } from "./advise.ts";
import { candidatesOf } from "./candidate.ts";
import { advise, assessedOf, estimatesOf, resultsOf, SWEEP, type Sweep } from "./sweep.fixture.ts";

describe("tail sampling", () => {
  it("costs what always_on costs, and keeps a share of what always_on delivers", () => {
    const sweep = { always_on: { cpu: 1.56, failed: 0.5 }, "tail:errors": { cpu: 1.1, failed: 0.9, traces: 0.06 } };
    const { figures, service } = assessedOf(advise({}, sweep), "tail:errors").candidate;
    assert.equal(service?.id, "always_on");
    assert.ok(Math.abs(figures.cpuUs!.center - 0.56 * 240) < 1e-9);
    assert.ok(Math.abs(figures.failedKept!.center - 0.45) < 1e-9);
  });

  it("costs what always_on costs with the same version of the SDK", () => {
    const tail = SWEEP["tail:errors"]!;
    const sweep = { "always_on 2.12.1": { cpu: 1.5, failed: 1 }, "always_on 3.1.1": { cpu: 1.8, failed: 1 } };
    const all: Sweep = { ...sweep, "tail:errors 3.1.1": tail, "tail:errors 2.7.1": tail };
    const results = withVariants(resultsOf(Object.keys(all)), (id) => ({ otel: id.split(" ")[1] }));
    const candidates = candidatesOf(results, estimatesOf(all));
    assert.deepEqual(
      candidates.slice(2).map(({ service, lack }) => [service?.id, lack]),
      [
        ["always_on 3.1.1", undefined],
        [undefined, "always_on"],
      ],
    );
  });

  it("is not recommended if always_on was not measured", () => {
    const advice = advise({}, { "tail:errors": SWEEP["tail:errors"]! });
    assert.equal(assessedOf(advice, "tail:errors").candidate.lack, "always_on");
  });
});

/** Advice on variants with these parts. */
function adviceWith(sweep: Sweep, partOf: (name: string) => Partial<Variant>): Advice {
  const results = withVariants(resultsOf(Object.keys(sweep)), partOf);
  return adviseOn(results, estimatesOf(sweep), { limits: {}, queue: {} });
}

describe("lists of instrumentations", () => {
  const [all, dear] = [
    { cpu: 1.56, failed: 1 },
    { cpu: 1.6, failed: 1 },
  ];
  const adviceOn = (sweep: Sweep, lists: Readonly<Record<string, string>>): Advice =>
    adviceWith(sweep, (id) => ({ instrumentation: instrumentationSpec.parse(lists[id] ?? "http,fastify") }));

  it("do not compete: of several only the target's own is recommended", () => {
    const sweep = { always_on: dear, "always_on less": { ...all, cpu: 1.1 }, "ratio:0.1": { cpu: 1.1, failed: 0.1 } };
    const { chosen, assessed } = adviceOn(sweep, { "always_on less": "http" });
    assert.equal(chosen?.candidate.variant.id, "always_on");
    assert.deepEqual(
      assessed.map(({ candidate }) => candidate.lack),
      [undefined, "instrumentation", undefined],
    );
  });

  it("are all without advice if none is the target's own, and a single one is the service's", () => {
    const two = adviceOn({ "always_on a": all, "always_on b": dear }, { "always_on a": "http", "always_on b": "none" });
    assert.equal(two.chosen, undefined);
    const one = adviceOn({ "always_on a": all }, { "always_on a": "http" });
    assert.equal(one.chosen?.candidate.lack, undefined);
  });
});

test("variants on another Node are not compared by what the service itself costs there", () => {
  const sweep = { "always_on old": { cpu: 1.7, failed: 1 }, "always_on new": { cpu: 1.5, failed: 1 } };
  const { chosen, assessed } = adviceWith(sweep, (id) => ({ node: id.endsWith("old") ? "22.1.0" : "24.1.0" }));
  assert.equal(chosen?.candidate.variant.id, "always_on new", "the lower figure of what tracing adds");
  assert.deepEqual(
    assessed.map(({ beaten, beyondChoice }) => beaten ?? beyondChoice),
    [undefined, undefined],
  );
});
