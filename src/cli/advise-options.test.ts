import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UserError } from "../base/problem.ts";
import { wishesOf, type AdviseOptions } from "./advise-options.ts";

function mistakesOf(options: AdviseOptions): readonly string[] {
  try {
    wishesOf(options);
    return [];
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.issues;
  }
}

describe("the options of advise", () => {
  it("are read with their units", () => {
    const wishes = wishesOf({
      maxCpu: "5%",
      maxP99: "+2ms",
      minErrors: "95%",
      maxSpend: "500/month",
      traffic: "3000/s",
      instances: "20",
      pricePerMillion: "2.00",
      outage: "1m",
      burst: "9000/s",
    });
    assert.deepEqual(wishes.limits, { maxCpu: 0.05, maxP99Ms: 2, minErrors: 0.95, maxSpend: 500 });
    assert.deepEqual(wishes.traffic, { requestsPerSecond: 3000, instances: 20, pricePerMillion: 2 });
    assert.deepEqual(wishes.batch, { outageMs: 60_000, burst: { requestsPerSecond: 9000, lastsMs: 10_000 } });
  });

  it("take traffic in spans too, and divide them by those of a request", () => {
    const told = wishesOf({ traffic: "3000spans/s", burst: "9000 spans/s" }, 8);
    assert.deepEqual(told.traffic, { requestsPerSecond: 375, spansPerRequest: 8 });
    assert.equal(told.batch.burst!.requestsPerSecond, 1125);
    assert.match(
      mistakesOf({ traffic: "3000spans/s" })[0]!,
      /"3000spans\/s": expected requests a second, such as 600\/s \(the file does not tell how many spans/,
    );
  });

  it("take more than 100 % of CPU, and not more of what is kept", () => {
    assert.equal(wishesOf({ maxCpu: "150%" }).limits.maxCpu, 1.5);
    assert.match(mistakesOf({ minErrors: "150%" })[0]!, /--min-errors "150%": expected a share .* at most 100%/);
  });

  it("tell all mistakes at once, each with what was expected", () => {
    const mistakes = mistakesOf({ maxCpu: "x", maxP99: "2", instances: "0", maxSpend: "500" });
    assert.equal(mistakes.length, 6);
    assert.match(mistakes.join("\n"), /--max-p99 "2": expected a duration/);
    assert.match(mistakes.join("\n"), /--max-spend "500": it needs --price-per-million/);
  });

  it("take how long a burst lasts where there is one only", () => {
    assert.equal(wishesOf({ burst: "9000/s", burstFor: "30s" }).batch.burst!.lastsMs, 30_000);
    assert.deepEqual(mistakesOf({ burstFor: "30s" }), ['--burst-for "30s": it needs --burst, such as 9000/s too']);
  });

  for (const option of ["outage", "exportLatency", "burstFor"] as const) {
    it(`take no ${option} of nothing`, () => {
      assert.match(mistakesOf({ burst: "9000/s", [option]: "0s" })[0]!, /^--\S+ "0s": expected a duration .* above 0$/);
    });
  }

  it("take an endpoint that is a URL, by http or https", () => {
    for (const endpoint of ["not a url", "localhost:4318", "ftp://collector/", "http://collector/ v1", "http://"]) {
      assert.deepEqual(mistakesOf({ endpoint }), [
        `--endpoint "${endpoint}": expected an http or https URL, such as http://collector:4318/v1/traces`,
      ]);
    }
    for (const endpoint of ["http://collector:4317", "https://otel.example/v1/traces?team=a"]) {
      assert.deepEqual(mistakesOf({ endpoint }), []);
    }
  });
});
