import type { Context } from "@opentelemetry/api";
import type { SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { systemClock } from "../../base/clock.ts";
import { makeSampler, samplers } from "../../target/samplers/index.ts";
import type { SamplerKind, SamplerMade } from "../../target/kinds.ts";
import { kept, type Operation, type Part, type PartContext } from "../part.ts";

const SPANS_PER_TRACE = 8;
const TRACES = 128;

const PARENTS = {
  root: "a trace that begins here",
  "sampled-parent": "the span of a request whose trace is sampled",
  "unsampled-parent": "the span of a request whose trace is not sampled",
} as const;
type Parent = keyof typeof PARENTS;

/** For every registered sampler, by its example: the decision on a root, and on a span with either kind of parent. */
export function samplerParts(): Part[] {
  const kinds = samplers.kinds.filter(({ traced }) => traced);
  return [...kinds.flatMap(partsOf), holdingBack(kinds.find(({ tail }) => tail)!)];
}

function partsOf({ example }: SamplerKind): Part[] {
  return (Object.keys(PARENTS) as Parent[]).map((parent) => ({
    name: `sampler/${example}/${parent}`,
    about: `the decision on ${PARENTS[parent]}`,
    make: (context) => decision(example, parent, context),
  }));
}

function made(example: string, { folder }: PartContext): Promise<SamplerMade> {
  return makeSampler(example, { service: "micro", baseDir: folder, clock: systemClock, seed: 1 });
}

async function decision(example: string, parent: Parent, context: PartContext): Promise<Operation> {
  const { SpanKind } = await import("@opentelemetry/api");
  const { IN_FLIGHT, remoteParents, RING, ROOT_CONTEXT, SERVER_ATTRIBUTES, SPAN_NAME, TraceFlags, traceIds } =
    await import("./request.ts");
  const { sampler, shutdown } = await made(example, context);
  const flags = parent === "sampled-parent" ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const parents: readonly Context[] =
    parent === "root" ? Array.from({ length: IN_FLIGHT }, () => ROOT_CONTEXT) : remoteParents(flags);
  let next = 0;
  return {
    run(times) {
      for (let i = 0; i < times; i++) {
        const at = next++ & (RING - 1);
        const answer = sampler.shouldSample(
          // no sampler asks whether that is of the same trace
          parents[at & (IN_FLIGHT - 1)]!,
          traceIds[at]!,
          SPAN_NAME,
          SpanKind.SERVER,
          SERVER_ATTRIBUTES,
          [],
        );
        kept.count += answer.decision;
      }
    },
    ...(shutdown && { close: shutdown }),
  };
}

/**
 * A sampler that decides at the end costs something for each span it holds back, and for the verdict. A processor sees
 * each trace once, as it remembers its verdicts; the next one sees the same spans again.
 */
function holdingBack({ example }: SamplerKind): Part {
  return {
    name: `sampler/${example}/span`,
    about: `holding a span back until its trace of ${SPANS_PER_TRACE} is complete, and its share of the verdict; of a processor that remembers ${TRACES} verdicts at most`,
    async make(context) {
      const { ROOT_CONTEXT } = await import("./request.ts");
      const { endedTraces, quietProcessor } = await import("./spans-made.ts");
      const { wrap } = await made(example, context);
      const traces = endedTraces(TRACES, SPANS_PER_TRACE);
      let held: SpanProcessor[] = [];
      return {
        multiple: TRACES * SPANS_PER_TRACE,
        emptied: true,
        prepare(times) {
          const losses = { rejected: () => {}, evicted: () => {} };
          held = Array.from({ length: times / (TRACES * SPANS_PER_TRACE) }, () => wrap!(quietProcessor, losses));
        },
        settle: () => void (held = []),
        run() {
          for (const processor of held) {
            for (const spans of traces) {
              for (const span of spans) processor.onStart(span, ROOT_CONTEXT);
              for (let i = spans.length - 1; i >= 0; i--) processor.onEnd(spans[i]!);
            }
          }
        },
      };
    },
  };
}
