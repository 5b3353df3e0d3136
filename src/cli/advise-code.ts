/** What configures the samplers that neither variables nor the configuration file can: code, or the Collector's part. */
import { stringify } from "yaml";
import { tail } from "../target/samplers/tail/tail.ts";
import { samplers } from "../target/samplers/index.ts";

export interface Snippet {
  /** What it is and where it goes. */
  readonly title: string;
  readonly language: "js" | "yaml";
  readonly text: string;
}

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Undefined where none is needed. */
export function snippetOf(canonical: string): Snippet | undefined {
  const { kind, config } = samplers.parse(canonical);
  const fields = config as Fields;
  if (kind.name === "parentbased") return parentBased(fields);
  return SNIPPETS[kind.name]?.(fields);
}

const code = (text: string): Snippet => ({
  title: "Code: give `sampler` to NodeSDK or NodeTracerProvider",
  language: "js",
  text,
});

const SNIPPETS: Readonly<Record<string, (fields: Fields) => Snippet>> = {
  probability: ({ probability }) =>
    code(`import { createCompositeSampler, createComposableProbabilitySampler } from "@opentelemetry/sampler-composite";

export const sampler = createCompositeSampler(createComposableProbabilitySampler(${probability}));
`),
  rate: ({ rate, burst }) =>
    code(perLocalRoot(`const keeps = bucket(${rate}, ${burst ?? Math.max(1, Math.ceil(Number(rate)))});`)),
  ratio_floor: ({ ratio, min }) =>
    code(
      perLocalRoot(
        `const take = bucket(${min}, ${Math.max(1, Math.ceil(Number(min)))});
// the last 56 bits of a trace id are random: a share of them is a share of the traces
const keeps = (traceId) => {
  const isBelowFloor = take();
  return isBelowFloor || Number.parseInt(traceId.slice(18, 31), 16) >= (1 - ${ratio}) * 2 ** 52;
};`,
      ),
    ),
  jaeger_remote: ({ poll }) =>
    code(`import { JaegerRemoteSampler } from "@opentelemetry/sampler-jaeger-remote";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace-base";

export const sampler = new JaegerRemoteSampler({
  endpoint: process.env.JAEGER_SAMPLING_ENDPOINT ?? "http://localhost:5778",
  serviceName: process.env.OTEL_SERVICE_NAME,
  poolingInterval: ${poll},
  initialSampler: new AlwaysOffSampler(),
});
`),
  module: ({ path }) => code(`export { default as sampler } from ${JSON.stringify(path)};\n`),
  rules: ({ file }) =>
    code(`import { readFileSync } from "node:fs";
import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableParentThresholdSampler,
  createComposableProbabilitySampler,
  createComposableRuleBasedSampler,
  createCompositeSampler,
} from "@opentelemetry/sampler-composite";

const made = (spec) => {
  const [name, share] = spec.split(":");
  if (name === "always_on") return createComposableAlwaysOnSampler();
  if (name === "always_off") return createComposableAlwaysOffSampler();
  if (name === "probability") return createComposableProbabilitySampler(Number(share));
  throw new Error(\`\${spec} has no composable sampler\`);
};
const pathOf = (attributes) => String(attributes["url.path"] ?? attributes["http.target"] ?? "").split("?", 1)[0];
const asPattern = (route) => new RegExp("^" + route.replaceAll(/:[^/]+/g, "[^/]+") + "$");
const matches = ({ route, path, method, attributes: wanted = {} }, attributes) =>
  (route === undefined || asPattern(route).test(pathOf(attributes))) &&
  (path === undefined || pathOf(attributes).startsWith(path)) &&
  (method === undefined || (attributes["http.request.method"] ?? attributes["http.method"]) === method) &&
  Object.entries(wanted).every(([key, value]) => attributes[key] === value);

const rules = JSON.parse(readFileSync(${JSON.stringify(file)}, "utf8"));
export const sampler = createCompositeSampler(
  createComposableParentThresholdSampler(
    createComposableRuleBasedSampler(
      rules.map((rule) => [(_context, _traceId, _name, _kind, attributes) => matches(rule, attributes), made(rule.sampler)]),
    ),
  ),
);
`),
  tail: (fields) => ({
    title:
      "Collector: the SDK has no tail sampling, so services send everything, as above, and the Collector decides; what that costs was not measured here",
    language: "yaml",
    text: stringify(tail.collector!(fields as never)),
  }),
};

/** A sampler that decides once for each trace in a process; what it starts below follows. */
function perLocalRoot(keeps: string): string {
  return `import { trace, TraceFlags } from "@opentelemetry/api";
import { SamplingDecision } from "@opentelemetry/sdk-trace-base";

function bucket(perSecond, burst) {
  let tokens = burst;
  let filledMs = performance.now();
  return () => {
    const nowMs = performance.now();
    tokens = Math.min(burst, tokens + ((nowMs - filledMs) * perSecond) / 1000);
    filledMs = nowMs;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

${keeps}

export const sampler = {
  shouldSample(context, traceId) {
    const parent = trace.getSpanContext(context);
    const isRoot = parent === undefined || parent.isRemote === true;
    const kept = isRoot ? keeps(traceId) : (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    return { decision: kept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  },
  toString: () => "PerLocalRoot",
};
`;
}

/** Around a root that needs code itself; around others, the variables or the file do. */
function parentBased({ root }: Fields): Snippet | undefined {
  const inner = snippetOf((root as unknown as { text: string }).text);
  if (inner === undefined || inner.language !== "js") return inner;
  const text = inner.text
    .replace("export const sampler", "const root")
    .replace("export { default as sampler }", "import root");
  return code(`import { ParentBasedSampler } from "@opentelemetry/sdk-trace-base";
${text}
export const sampler = new ParentBasedSampler({ root });
`);
}
