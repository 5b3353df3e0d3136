import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Advice } from "./advise.ts";
import { candidatesOf } from "./candidate.ts";
import { advise, estimatesOf, resultsOf, SWEEP, type Sweep } from "./sweep.fixture.ts";

const assessedOf = ({ assessed }: Advice, id: string) => assessed.find(({ candidate }) => candidate.variant.id === id)!;

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
    const results = resultsOf(Object.keys(all));
    const variants = results.plan.variants.map((variant) => ({ ...variant, otel: variant.id.split(" ")[1] }));
    const candidates = candidatesOf({ ...results, plan: { ...results.plan, variants } }, estimatesOf(all));
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
