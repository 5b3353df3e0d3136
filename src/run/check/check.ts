/** Whether a target is set up right: each asked variant is observed with a few requests, and nothing is measured. */
import { BASELINE, type Variant } from "../../plan/variant.ts";
import { backendSpec, frontOf, processorSpec, samplerSpec, type SamplerSpec } from "../../spec/scenario.ts";
import { Bench } from "../bench.ts";
import { Deadline } from "../processes/deadline.ts";
import { FLUSH_AT_EXIT_MS } from "../target/own-service.ts";
import type { Setting } from "../setting.ts";
import { allowanceMs, stageTimes } from "../stage-times.ts";
import { NO_ANSWER, SEND_WITHIN_MS } from "./ask-requests.ts";
import type { CheckLine } from "./check-line.ts";
import { linesOf, type Observations } from "./lines.ts";
import type { Observation } from "./observation.ts";
import { observe, type Look } from "./observe.ts";

const ALWAYS_ON = "always_on";
/** Small batches, soon exported. */
const SOON = "batch:batch=8,delay=100ms";
/** No batch leaves before the end. */
const LATE = "batch:queue=8192,batch=8192,delay=60s";
const FEW = 20;
/** A share of 0.1 that is 0 or 1 shows. */
const MANY = 200;
/** Longer than the usual delay of batches, for a service that sets its own. */
const WAIT_MS = 6500;
/** Longer than a delay that is obeyed. */
const SHORT_WAIT_MS = 800;

/** Reports all that `bench --check` looks at, what the control shows first. Returns whether nothing is wrong. */
export async function checkTarget(
  setting: Setting,
  signal: AbortSignal,
  report: (lines: readonly CheckLine[]) => void,
): Promise<boolean> {
  const bench = new Bench(new Deadline(allowanceMs(setting.scenario)));
  const reported = new Set<string>();
  let isRight = true;
  const reportNew = (observations: Observations): void => {
    const lines = linesOf(observations).filter((line) => !reported.has(JSON.stringify(line)));
    for (const line of lines) reported.add(JSON.stringify(line));
    isRight &&= lines.every(({ word }) => word !== "wrong");
    report(lines);
  };
  try {
    const control = await observeControl(bench, setting, signal);
    reportNew(control);
    reportNew(await observeRest(bench, setting, control, signal));
    return isRight;
  } finally {
    bench.deadline.end();
    await bench.close();
  }
}

export async function observeAll(bench: Bench, setting: Setting, signal: AbortSignal): Promise<Observations> {
  return observeRest(bench, setting, await observeControl(bench, setting, signal), signal);
}

/** What the control shows, and whether the queue is flushed and samplers obeyed. Two at once: the services share a core. */
async function observeRest(
  bench: Bench,
  setting: Setting,
  first: Observations,
  signal: AbortSignal,
): Promise<Observations> {
  const { traced } = first;
  if (traced === undefined || traced.result.counts.received === 0) return first;
  // it would be waited for as long again
  if (traced.failure !== undefined || traced.unexpected.some(({ status }) => status === NO_ANSWER)) return first;
  const { variant } = traced;
  const samplers = askedSamplers(setting).map((sampler) => ({ ...variant, id: sampler.text, sampler }));
  const looks: Look[] = [
    { id: "check flush", variant: everySpan(variant, LATE), requests: FEW, waitMs: SHORT_WAIT_MS },
    ...samplers.map((one) => ({ id: `check ${one.id}`, variant: one, requests: MANY, waitMs: SHORT_WAIT_MS })),
  ];
  const seen: Observation[] = [];
  for (let at = 0; at < looks.length; at += 2)
    seen.push(...(await observeTogether(bench, setting, looks.slice(at, at + 2), signal)));
  const [flushed, ...sampled] = seen;
  return { ...first, flushed, sampled };
}

/** The baseline, and the asked exporter with everything sampled. */
export async function observeControl(bench: Bench, setting: Setting, signal: AbortSignal): Promise<Observations> {
  const { command } = frontOf(setting.scenario.target);
  const { variants } = setting.plan;
  const baseline = variants.find(({ sampler }) => sampler.text === BASELINE);
  const asked = variants.find(({ exporter }) => exporter?.kind.endpoint !== undefined);
  const looks: Look[] = [];
  const all = asked && everySpan(asked, SOON);
  const noneCommand = command?.noneCommand;
  // it could export: a provider made in code may not obey OTEL_SDK_DISABLED. A bare one sends no span whatever is set
  const variant = all && baseline && { ...all, sampler: noneCommand === undefined ? baseline.sampler : all.sampler };
  const usual = { requests: FEW, waitMs: SHORT_WAIT_MS };
  if (baseline) looks.push({ id: "check none", variant: variant ?? baseline, isBaseline: true, ...usual });
  if (all) looks.push({ id: "check all", variant: all, requests: 2 * FEW, waitMs: WAIT_MS });
  const seen = await observeTogether(bench, setting, looks, signal);
  return {
    ownSdk: command?.ownSdk === true,
    noneCommand,
    baseline: baseline && { ...seen[0]!, variant: baseline },
    traced: all && seen.at(-1),
    flushed: undefined,
    sampled: [],
  };
}

/** Side by side. All that is asked of processes has one time limit. */
function observeTogether(
  bench: Bench,
  setting: Setting,
  looks: readonly Look[],
  signal: AbortSignal,
): Promise<Observation[]> {
  const { startMs } = stageTimes(setting, setting.plan.trials.slice(0, 1));
  bench.deadline.begin("control", startMs + SEND_WITHIN_MS + WAIT_MS + 2 * FLUSH_AT_EXIT_MS);
  return Promise.all(looks.map((look) => observe(bench, setting, look, signal)));
}

function everySpan(variant: Variant, processor: string): Variant {
  return {
    ...variant,
    id: ALWAYS_ON,
    sampler: samplerSpec.parse(ALWAYS_ON),
    processor: processorSpec.parse(processor),
    backend: backendSpec.parse("healthy"),
  };
}

/** Each asked sampler besides always_on; if there is none, one that keeps nothing. */
function askedSamplers({ plan }: Setting): SamplerSpec[] {
  const others = plan.variants
    .map(({ sampler }) => sampler)
    .filter(({ kind, text }) => kind.traced && text !== ALWAYS_ON);
  const asked = others.length > 0 ? others : [samplerSpec.parse("always_off")];
  return [...new Map(asked.map((sampler) => [sampler.text, sampler])).values()];
}
