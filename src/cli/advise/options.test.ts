import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../base/problem.ts";
import { wishesOf, type AdviseOptions } from "./options.ts";

function mistakesOf(options: AdviseOptions): readonly string[] {
  try {
    wishesOf(options);
    return [];
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.issues;
  }
}

test("options are read with their units", () => {
  const traffic = { traffic: "3000/s", instances: "20", pricePerMillion: "2.00" };
  const wishes = wishesOf({ ...traffic, maxP99: "+2ms", minErrors: "95%", maxSpend: "500/month", outage: "1m" });
  assert.deepEqual(wishes, {
    limits: { maxP99Ms: 2, minErrors: 0.95, maxSpend: 500 },
    traffic: { requestsPerSecond: 3000, instances: 20, pricePerMillion: 2 },
    queue: { outageMs: 60_000 },
  });
});

test("--max-cpu is a time for a request, cores or a share", () => {
  const limitsOf = (maxCpu: string) => wishesOf({ maxCpu, traffic: "600/s" }).limits;
  assert.deepEqual(limitsOf("60us"), { maxCpuUs: 60 });
  assert.deepEqual(limitsOf("0.5cores"), { maxCores: 0.5 });
  assert.deepEqual(limitsOf("1core"), { maxCores: 1 });
  assert.deepEqual(limitsOf("150%"), { maxCpuShare: 1.5 });
  assert.deepEqual(limitsOf("0.05"), { maxCpuShare: 0.05 });
  assert.equal(mistakesOf({ maxCpu: "25" }).length, 1);
  assert.equal(mistakesOf({ maxCpu: "1" }).length, 1, "a core, or 100 %");
  assert.equal(mistakesOf({ maxCpu: "2cores" }).length, 1, "cores need the traffic");
});

test("a limit or a traffic without its unit, or with another word for it, is refused with likely spellings", () => {
  const cases: readonly (readonly [AdviseOptions, string])[] = [
    [{ maxCpu: "150" }, '"150us"'],
    [{ maxCpu: "250uss" }, '"250us"'],
    [{ maxCpu: "20 percent" }, '"20%"'],
    [{ maxP99: "2" }, '"2ms"'],
    [{ traffic: "3000" }, '"3000/s"'],
    [{ traffic: "3000rps" }, '"3000/s"'],
  ];
  for (const [options, spelling] of cases) {
    const [mistake] = mistakesOf(options);
    assert.ok(mistake!.includes(`did you mean ${spelling}`), mistake);
  }
});

test("traffic is for one process unless --instances says otherwise", () => {
  assert.deepEqual(wishesOf({ traffic: "3000/s" }).traffic, { requestsPerSecond: 3000, instances: 1 });
});

test("traffic in spans is divided by the spans of a request", () => {
  assert.equal(wishesOf({ traffic: "3000spans/s" }, 8).traffic!.requestsPerSecond, 375);
  assert.equal(mistakesOf({ traffic: "3000spans/s" }).length, 1);
});

test("all mistakes are reported at once, each with its option", () => {
  const mistakes = mistakesOf({
    maxCpu: "x",
    maxP99: "2",
    minErrors: "150%",
    instances: "0",
    maxSpend: "500",
    outage: "0s",
  });
  assert.equal(mistakes.length, 8);
  for (const option of ["--max-cpu", "--max-p99", "--min-errors", "--instances", "--max-spend", "--outage"])
    assert.ok(mistakes.some((mistake) => mistake.startsWith(option)));
});

test("an endpoint is an http or https URL", () => {
  for (const endpoint of ["localhost:4318", "ftp://collector/", "http://collector/ v1", "http://"])
    assert.equal(mistakesOf({ endpoint }).length, 1);
  assert.deepEqual(mistakesOf({ endpoint: "https://otel.example/v1/traces?team=a" }), []);
});
