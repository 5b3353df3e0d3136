import { readText } from "../../base/regular-file.ts";
import { processingIn, sendingQueueIn, type Processing, type SendingQueue } from "../../collector/sending-queue.ts";
import type { Advice } from "../../estimate/advise/advise.ts";
import type { Variant } from "../../plan/trial.ts";

/** The queue of the variant's Collector, by its configuration; undefined if there is none, or its file is not there. */
export function collectorQueueOf(variant: Variant): SendingQueue | undefined {
  return read(variant, sendingQueueIn);
}

/** The processors of the variant's Collector; undefined if it has none. */
export function processingOf(variant: Variant): Processing | undefined {
  return read(variant, processingIn);
}

/** What a persistent queue must hold; undefined if none is needed. */
export function persistSpans({ collector }: Advice): number | undefined {
  const { verdict, spans } = collector?.outage ?? {};
  return verdict === "too small" || verdict === "given up" ? spans : undefined;
}

function read<T>(
  { collector }: Variant,
  reader: (text: string, environment: Readonly<Record<string, string>>) => T,
): T | undefined {
  const file = collector?.kind.file?.(collector.config);
  if (collector === undefined || file === undefined) return undefined;
  try {
    return reader(readText(file), collector.kind.environment?.(collector.config) ?? {});
  } catch {
    return undefined;
  }
}
