import {
  collectorFacts,
  processingIn,
  readConfigurationFile,
  sendingQueueIn,
  type Configuration,
  type Processing,
  type SendingQueue,
} from "../../collector/configuration.ts";
import type { Advice } from "../../estimate/advise/advise.ts";
import type { Variant } from "../../plan/variant.ts";

/** The queue of the variant's Collector, by its configuration; undefined if there is none, or its file is not there. */
export function collectorQueueOf(variant: Variant): SendingQueue | undefined {
  return read(variant, sendingQueueIn);
}

/** The processors of the variant's Collector; undefined if it has none. */
export function processingOf(variant: Variant): Processing | undefined {
  return read(variant, processingIn);
}

/** Whether the variant's Collector keeps so much a second, by its configuration; true also if that cannot be read. */
export function isLimited(variant: Variant): boolean {
  const isRate = read(variant, (configuration) => collectorFacts(configuration).decidedAfterMs !== undefined);
  return variant.collector !== undefined && isRate !== false;
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
