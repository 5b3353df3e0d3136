/** What `bench --check` starts, and asks. */
import { BASELINE, type Variant } from "../../plan/variant.ts";
import { backendSpec, frontOf, processorSpec, samplerSpec, type SamplerSpec } from "../../spec/scenario.ts";
import { keptShareOf } from "../../spec/workload.ts";
import type { Setting } from "../setting.ts";
import { requestsToSettle } from "./sampler-check.ts";

export interface Look {
  readonly id: string;
  readonly variant: Variant;
  /** The command is that of the baseline, whatever the variant. */
  readonly isBaseline?: boolean;
  readonly requests: number;
  /** How long spans are waited for if none comes. */
  readonly waitMs: number;
}

const ALWAYS_ON = "always_on";
/** Small batches, soon exported. */
const SOON = "batch:batch=8,delay=100ms";
/** No batch leaves before the end. */
const LATE = "batch:queue=8192,batch=8192,delay=60s";
/** Room for all spans of a check. */
const ROOMY = "batch:queue=16384,batch=512,delay=100ms";
const FEW = 20;
const MANY = 200;
/** A fast service answers them in two seconds. */
const MOST = 2000;
/** Longer than the usual delay of batches, for a service that sets its own. */
export const WAIT_MS = 6500;
/** Longer than a delay that is obeyed. */
const SHORT_WAIT_MS = 800;

/** Of the baseline, and of the asked exporter with everything sampled. */
export function controlLooks({ plan: { variants }, scenario }: Setting): { readonly none?: Look; readonly all?: Look } {
  const { noneCommand } = frontOf(scenario.target).command ?? {};
  const baseline = variants.find(({ sampler }) => sampler.text === BASELINE);
  const asked = variants.find(({ exporter }) => exporter?.kind.endpoint !== undefined);
  const all = asked && everySpan(asked, SOON);
  // it could export: a provider made in code may not obey OTEL_SDK_DISABLED. A bare one sends no span whatever is set
  const sampler = noneCommand === undefined ? baseline?.sampler : all?.sampler;
  const none = all && baseline && { ...all, id: baseline.id, sampler: sampler! };
  const usual = { requests: FEW, waitMs: SHORT_WAIT_MS };
  return {
    ...(baseline && { none: { id: "check none", variant: none ?? baseline, isBaseline: true, ...usual } }),
    ...(all && { all: { id: "check all", variant: all, requests: 2 * FEW, waitMs: WAIT_MS } }),
  };
}

export function flushLook(variant: Variant): Look {
  return { id: "check flush", variant: everySpan(variant, LATE), requests: FEW, waitMs: SHORT_WAIT_MS };
}

/** One for each asked sampler but always_on; if there is none, for one that keeps nothing. */
export function samplerLooks(setting: Setting, variant: Variant): Look[] {
  return askedSamplers(setting).map((sampler) => {
    const { text: id } = sampler;
    const share = keptShareOf(setting.scenario, sampler);
    const requests = share === undefined ? FEW : Math.min(MOST, Math.max(MANY, requestsToSettle(share)));
    const roomy = { ...variant, id, sampler, processor: processorSpec.parse(ROOMY) };
    return { id: `check ${id}`, variant: roomy, requests, waitMs: SHORT_WAIT_MS };
  });
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

function askedSamplers({ plan }: Setting): SamplerSpec[] {
  const others = plan.variants
    .map(({ sampler }) => sampler)
    .filter(({ kind, text }) => kind.traced && text !== ALWAYS_ON);
  const asked = others.length > 0 ? others : [samplerSpec.parse("always_off")];
  return [...new Map(asked.map((sampler) => [sampler.text, sampler])).values()];
}
