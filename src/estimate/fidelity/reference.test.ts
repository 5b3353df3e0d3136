import assert from "node:assert/strict";
import { test } from "node:test";
import { evidenceOf, usualSpans } from "../../fidelity/evidence.fixture.ts";
import { trialFidelity } from "../../fidelity/trial-fidelity.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { ledgerOf } from "../../record/records.fixture.ts";
import { instrumentationSpec } from "../../spec/scenario.ts";
import { syntheticVariant } from "../synthetic.fixture.ts";
import { fidelityEstimates } from "./estimates.ts";
import { REQUESTS, keeping, recordOf, records, find, codesOf } from "./fidelity-trials.fixture.ts";

test("shapes are compared with those that always_on saw in the same round", () => {
  assert.equal(find("ratio:0.25", "shapeCoverage")!.center, (1 + 1 + 1 + 0.5) / 4);
});

test("if always_on itself lost spans, shapes are compared with what all variants saw", () => {
  const requests = REQUESTS.slice(0, 2);
  const [ofDeclined, ofOrdinary] = [0, 1].map((at) => usualSpans(requests).filter(({ request }) => request === at));
  const [payment, ...others] = ofDeclined!.toReversed();
  const measured = (...evidence: Parameters<typeof evidenceOf>): Fidelity =>
    trialFidelity(evidenceOf(...evidence), { inclusion: 1 });
  const lossy = [1, 2, 3, 4].flatMap((round) => [
    recordOf("always_on", round, measured(requests, [...others, ...ofOrdinary!], [payment!])),
    recordOf("ratio:0.5", round, measured(requests, ofDeclined!)),
  ]);
  for (const variant of ["always_on", "ratio:0.5"]) {
    const estimate = find(variant, "shapeCoverage", lossy)!;
    assert.equal(estimate.center, 1 / 2, "each saw another one of the two");
    assert.ok(estimate.low! < 1 / 2 && codesOf(estimate).includes("reference-lossy"));
  }
  assert.deepEqual(codesOf(find("ratio:0.5", "keptSpans", lossy)), ["reference-lossy"]);
  assert.deepEqual(codesOf(find("ratio:0.5", "keptTraces", lossy)), []);
  assert.ok(!codesOf(find("ratio:0.25", "shapeCoverage")).includes("reference-lossy"));
});

test("a reference that lost whole traces is lossy, though all that arrived is whole", () => {
  const lossy = [
    recordOf("always_on", 1, keeping(4, 1), { ledger: ledgerOf(2000, 1000, 10) }),
    recordOf("ratio:0.25", 1, keeping(4)),
  ];
  assert.equal(find("always_on", "shapeCoverage", lossy)!.center, 1 / 2);
  assert.equal(find("ratio:0.25", "shapeCoverage", lossy)!.center, 1);
});

test("spans and bytes are shares of what always_on kept and sent in the same round", () => {
  const sending = (record: TrialRecord, bytesOutPerRequest: number): TrialRecord => ({
    ...record,
    resources: { bytesOutPerRequest } as NonNullable<TrialRecord["resources"]>,
  });
  const pair = [sending(records[0]!, 3000), sending(records[1]!, 900)];
  const spans = pair.map(({ fidelity }) => fidelity!.spans.arrived);
  assert.equal(find("ratio:0.25", "keptSpans", pair)!.center, spans[1]! / spans[0]!);
  assert.equal(find("ratio:0.25", "keptBytes", pair)!.center, 0.3);
  assert.equal(find("ratio:0.25", "keptBytes", pair.slice(1)), undefined);
});

test("always_on with other parts, such as a batch delay, is what the others are compared with, if it sends directly", () => {
  const names = ["always_on batch:delay=1s", "ratio:0.25 batch:delay=1s", "always_on via batch"];
  const named = [1, 2].flatMap((round) =>
    names.map((name) => recordOf(name, round, keeping(name.startsWith("r") ? 4 : 1))),
  );
  const stored = (variants: readonly string[]): number | undefined =>
    fidelityEstimates(named, (_what, make) => make(), variants.map(syntheticVariant)).find(
      ({ variant, metric }) => variant === names[1] && metric === "keptSpans",
    )?.center;
  assert.ok(stored(names)! > 0.2 && stored(names)! < 0.3);
  assert.equal(stored([...names, "always_on simple"]), undefined);
});

test("shapes are compared with those of the same instrumentations", () => {
  const other = (fidelity: Fidelity): Fidelity => ({
    ...fidelity,
    shapes: { ...fidelity.shapes, counts: { other: 400 } },
  });
  const lists = [1, 2, 3, 4].flatMap((round) => [
    recordOf("always_on", round, keeping(1)),
    recordOf("always_on auto-pg", round, other(keeping(1))),
  ]);
  const variants = ["always_on", "always_on auto-pg"].map((id) => ({
    ...syntheticVariant(id),
    ...(id !== "always_on" && { instrumentation: instrumentationSpec.parse("auto-pg") }),
  }));
  const shapes = fidelityEstimates(lists, (_what, make) => make(), variants).filter(
    ({ metric }) => metric === "shapeCoverage",
  );
  assert.equal(shapes.filter(({ center }) => center === 1).length, 2);
});
