import {
  collectorFacts,
  processingIn,
  readConfigurationFile,
  samplersIn,
  sendingQueueIn,
  type Configuration,
  type Processing,
  type SendingQueue,
} from "../../collector/configuration.ts";
import type { Advice } from "../../estimate/advise/advise.ts";
import type { Variant } from "../../plan/variant.ts";
import { samplers } from "../../target/samplers/index.ts";
import { tailSpecIn } from "../simulate/collector-policy.ts";

/** The queue of the variant's Collector, by its configuration; undefined if there is none, or its file is not there. */
export function collectorQueueOf(variant: Variant): SendingQueue | undefined {
  return read(variant, sendingQueueIn);
}

/** The processors of the variant's Collector; undefined if it has none. */
export function processingOf(variant: Variant): Processing | undefined {
  return read(variant, processingIn);
}

/**
 * Which traces a tail sampler keeps, or the variant's Collector if it samples by tail_sampling alone: equal texts, equal
 * policies. When they decide, and how many traces they hold, is not in it.
 */
export function policyOf(variant: Variant): string | undefined {
  const spec = variant.sampler.kind.tail === true ? variant.sampler.text : read(variant, tailSpecOfSampler);
  if (spec === undefined) return undefined;
  const { errors, slow, ratio } = samplers.parse(spec).config as { errors: boolean; slow?: number; ratio: number };
  return JSON.stringify([errors, slow, ratio]);
}

/** Whether the variant's Collector keeps so much a second, by its configuration; true also if that cannot be read. */
export function isLimited(variant: Variant): boolean {
  return variant.collector !== undefined && read(variant, keepsARate) !== false;
}

function keepsARate(configuration: Configuration): boolean {
  return collectorFacts(configuration).decidedAfterMs !== undefined;
}

function tailSpecOfSampler(configuration: Configuration): string | undefined {
  const [name, ...others] = samplersIn(configuration);
  if (name === undefined || others.length > 0) return undefined;
  return tailSpecIn({ [name]: configuration.processors?.[name] });
}

/** What a persistent queue must hold; undefined if none is needed. */
export function persistSpans({ collector }: Advice): number | undefined {
  const { verdict, spans } = collector?.outage ?? {};
  return verdict === "too small" || verdict === "given up" ? spans : undefined;
}

function read<T>({ collector }: Variant, reader: (configuration: Configuration) => T): T | undefined {
  const configuration = collector?.kind.file?.(collector.config);
  if (collector === undefined || configuration === undefined) return undefined;
  try {
    return readConfigurationFile(
      { configuration, environment: collector.kind.environment?.(collector.config) ?? {} },
      reader,
    );
  } catch {
    return undefined;
  }
}
