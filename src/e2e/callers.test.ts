/** Requests of traced callers: what is kept below them is what the callers, or the service's own sampler, decided. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT_CONTEXT } from "@opentelemetry/api";
import { SamplingDecision, TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace-base";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { requestMix } from "../load/mix.ts";
import { readResults } from "../record/file.ts";
import { requestsOf } from "../spec/workload.ts";
import { samplers } from "../target/samplers/index.ts";
import { runTogetherIn, writeJson } from "./program.fixture.ts";

const SERVICE = join(import.meta.dirname, "own-service.fixture");
const folder = temporaryFolder();
const LOAD = "--rounds 1 --duration 500ms --warmup 50ms --rate 400/s".split(" ");
const SHARES: Readonly<Record<string, number>> = { "/items/1": 0.3, "/items/2": 0.8 };
const requests = Object.entries(SHARES).map(([path, sampled]) => ({
  route: "GET /items/:id",
  path,
  parent: { sampled, threshold: true },
}));

interface Call {
  readonly sampler: string;
  readonly path: string;
  readonly "x-request-id": string;
  readonly traceparent?: string;
}

/** The calls of the measured window, by the service's own log: their ids are the lowest. */
function callsOf(log: string, sampler: string, measured: number): Call[] {
  const { OTEL_TRACES_SAMPLER: name } = samplers.parse(sampler).kind.environment!(samplers.parse(sampler).config)!;
  const calls = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Call)
    .filter((call) => [sampler, name].includes(call.sampler) && call.traceparent !== undefined);
  return calls.toSorted((a, b) => Number(a["x-request-id"]) - Number(b["x-request-id"])).slice(0, measured);
}

const isSampled = ({ traceparent }: Call): boolean => traceparent!.endsWith("-01");
const half = new TraceIdRatioBasedSampler(0.5);
const isInHalf = ({ traceparent }: Call): boolean =>
  half.shouldSample(ROOT_CONTEXT, traceparent!.slice(3, 35)).decision === SamplingDecision.RECORD_AND_SAMPLED;
const KEEPS: Readonly<Record<string, (call: Call) => boolean>> = {
  always_on: () => true,
  "ratio:0.5": isInHalf,
  "parentbased:ratio:0.5": isSampled,
};

for (const [name, command] of [
  ["preloaded", "node server.cjs"],
  ["own-sdk", "NAME_REQUESTS=1 node --require ./tracing.cjs server.cjs"],
] as const)
  test(`what is kept below sampled and unsampled callers is known (${name})`, async () => {
    const log = join(folder, `${name}.log`);
    const out = join(folder, `${name}-results.json`);
    const target = `command:(CALLS=${log} ${command})${name === "own-sdk" ? ",own_sdk" : ""}`;
    const scenario = writeJson(folder, name, {
      target,
      samplers: Object.keys(KEEPS),
      requests,
      processors: ["batch:delay=100ms"],
      phases: ["cost"],
    });
    const { stderr } = await runTogetherIn(SERVICE, "bench", scenario, ...LOAD, "--out", out);
    assert.match(stderr, /results: /);
    for (const [sampler, keeps] of Object.entries(KEEPS)) {
      const { fidelity, warnings } = readResults(out).records.find(({ trial }) => trial.variant.startsWith(sampler))!;
      const { requests: measured, traces, spans, weight, all } = fidelity!;
      const calls = callsOf(log, sampler, measured);
      const kept = calls.filter(keeps);
      assert.deepEqual([calls.length, kept.length > 0], [measured, true], sampler);
      assert.deepEqual([traces.whole, traces.partial, traces.rootless, spans.orphans], [kept.length, 0, 0, 0], sampler);
      assert.deepEqual(
        warnings.filter(({ code }) => ["sampling-ratio", "kept-share"].includes(code)),
        [],
      );
      assert.equal(weight, sampler.startsWith("parentbased") ? "adjusted count" : "inclusion");
      if (weight === "inclusion") continue;
      const estimate = kept.reduce((sum, { path }) => sum + 1 / SHARES[path]!, 0);
      assert.ok(Math.abs(all.requests.estimate! / estimate - 1) < 1e-4);
    }
  });

const PYTHON = join(import.meta.dirname, "../../targets/fastapi/.venv/bin/python");
const skip = existsSync(PYTHON) ? false : "no Python environment: npm run setup:fastapi";

test(
  "Python's instrumentation names requests by the captured header, without a word in the service",
  { skip },
  async () => {
    const out = join(folder, "python-results.json");
    const target = `command:(${PYTHON} service.py),own_sdk`;
    const fields = { target, requests, samplers: ["parentbased:ratio:0.5"], processors: ["batch:delay=100ms"] };
    const scenario = writeJson(folder, "python", { ...fields, phases: ["latency"] });
    const load = "--rounds 1 --duration 1s --warmup 50ms --rate 60/s".split(" ");
    const { stderr } = await runTogetherIn(SERVICE, "bench", scenario, ...load, "--out", out);
    assert.match(stderr, /results: /);
    const results = readResults(out);
    for (const { trial, fidelity, warnings } of results.records) {
      if (trial.variant === "none") continue;
      const { requests: measured, traces } = fidelity!;
      const mix = requestMix(requestsOf(results.scenario), trial.seed);
      const parents = Array.from(
        { length: measured },
        (_, at) => mix.render(mix.choose(at + 1, 0), at + 1).headers[3]!,
      );
      const isKept = trial.variant.startsWith("parentbased")
        ? (traceparent: string) => traceparent.endsWith("-01")
        : () => true;
      assert.deepEqual([traces.whole, traces.partial], [parents.filter(isKept).length, 0], trial.variant);
      const codes = warnings.map(({ code }) => code);
      for (const wrong of ["kept-share", "requests-unnamed"]) assert.ok(!codes.includes(wrong), wrong);
    }
  },
);
