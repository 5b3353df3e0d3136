import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { adviseOn } from "./advise.ts";
import type { Candidate } from "./candidate.ts";
import { paretoFront } from "./front.ts";
import { project } from "./project.ts";
import { advise, estimatesOf, KNOWLEDGE, resultsOf } from "./sweep.fixture.ts";

describe("the front", () => {
  const candidate = ([cpu, lost, errors]: readonly [number, number, number]): Candidate => {
    const figures = {
      cpuRatio: { center: cpu, n: 1 },
      lostShare: { center: lost, n: 1 },
      errorRecall: { center: errors, n: 1 },
    };
    return { figures } as unknown as Candidate;
  };
  const beats = (a: Candidate, b: Candidate): boolean => {
    const read = ({ figures }: Candidate): number[] => [
      figures.cpuRatio!.center,
      figures.lostShare!.center,
      -figures.errorRecall!.center,
    ];
    const [one, other] = [read(a), read(b)];
    return one.every((value, i) => value <= other[i]!) && one.some((value, i) => value < other[i]!);
  };
  const grid = fc.integer({ min: 0, max: 4 });

  it("holds nobody that another beats, and everybody else", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(grid, grid, grid), { minLength: 1, maxLength: 12 }), (points) => {
        const all = points.map(candidate);
        const front = new Set(paretoFront(all));
        for (const one of all) assert.equal(front.has(one), !all.some((other) => beats(other, one)));
        assert.ok(front.size > 0);
      }),
    );
  });

  it("leaves out what costs more and keeps less", () => {
    const { considered, front } = advise({});
    const beaten = considered.filter(({ candidate }) => !front.has(candidate));
    assert.deepEqual(
      beaten.map(({ candidate }) => candidate.variant.id),
      ["ratio:0.5"],
    );
  });
});

describe("the projection", () => {
  const projected = (
    name: string,
    requestsPerSecond: number,
    instances?: number,
    law: "per request" | "per process" | "unknown" = "per request",
  ) => {
    const traffic = { requestsPerSecond, pricePerMillion: 2, ...(instances !== undefined && { instances }) };
    const { judged } = advise({});
    return project(judged.find(({ candidate }) => candidate.variant.id === name)!.candidate, traffic, law)!;
  };
  const near = (figure: { center: number } | undefined, expected: number): void =>
    assert.ok(Math.abs(figure!.center / expected - 1) < 1e-9, `${figure?.center} is not ${expected}`);

  it("is figures per request times the traffic", () => {
    const { sentPerSecond, spansPerMonth, bytesPerMonth, cores, moneyPerMonth, isExtrapolated } = projected(
      "always_on",
      3000,
      5,
    );
    near(sentPerSecond, 3000 * 8);
    near(spansPerMonth, 3000 * 8 * 30 * 86_400);
    near(bytesPerMonth, 3000 * 2000 * 30 * 86_400);
    near(cores, (0.56 * 240 * 3000) / 1e6);
    near(moneyPerMonth, (3000 * 8 * 30 * 86_400 * 2) / 1e6);
    assert.equal(isExtrapolated, false);
    assert.ok(sentPerSecond!.low! < sentPerSecond!.center && sentPerSecond!.center < sentPerSecond!.high!);
  });

  it("takes as many instances as keep each at the measured rate, unless told", () => {
    assert.equal(projected("always_on", 3000).instances, 5);
  });

  it("is marked beyond twice the measured rate, and withheld beyond ten times", () => {
    assert.equal(projected("ratio:0.1", 3000, 2).isExtrapolated, true);
    const far = projected("ratio:0.1", 50, 1);
    assert.equal(far.cores, undefined);
    assert.match(far.withheld.join(), /more than 10 times away from the measured 600/);
  });

  it("says how many instances are needed where one would be overloaded", () => {
    const { cores, withheld } = projected("always_on", 6000, 2);
    assert.equal(cores, undefined);
    assert.match(withheld.join(), /at least 4 instances are needed/);
  });

  it("tells more spans as sent than stored where the backend rejects some, by whatever law they follow the traffic", () => {
    const results = resultsOf(["rate:10"]);
    const requests = { startedAtTarget: 100, answeredByTarget: 100, completedAtDriver: 100, unfinishedAtDriver: 0 };
    const records = results.records.map((record) => {
      const ledger = { ...record.ledger!, exported: 800, received: 500, rejectedByBackend: 300 };
      return { ...record, ...(record.trial.variant === "rate:10" && { requests, ledger }) };
    });
    const estimates = estimatesOf({ "rate:10": { cpu: 1.2, errors: 5 / 8 } });
    const wishes = { limits: {}, traffic: { requestsPerSecond: 600 }, batch: {} };
    for (const law of ["per request", "per process", "unknown"] as const) {
      const { judged } = adviseOn({ ...results, records }, estimates, wishes, { ...KNOWLEDGE, law: () => law });
      const { sentPerSecond, spansPerMonth } = judged[0]!.projection!;
      near(sentPerSecond, 600 * 8);
      near(spansPerMonth, 600 * 5 * 30 * 86_400);
    }
  });

  it("knows samplers whose volume does not follow the traffic", () => {
    near(projected("ratio:0.1", 6000, 5, "per process").sentPerSecond, 5 * 600 * 0.8);
    assert.equal(projected("ratio:0.1", 6000, 5, "unknown").sentPerSecond, undefined);
    near(projected("ratio:0.1", 3000, 5, "unknown").sentPerSecond, 3000 * 0.8);
  });
});
