/** The specs of a scenario as fields of a schema: text in a file, parsed in memory. */
import type { z } from "zod";
import { specCodec } from "../base/registry.ts";
import { collectors } from "../collector/index.ts";
import { conditions } from "../sink/conditions/index.ts";
import { exporters } from "../target/exporters/index.ts";
import { processors } from "../target/processors/index.ts";
import { samplers } from "../target/samplers/index.ts";
import { targets } from "../target/services/index.ts";
import { parseInstrumentationList } from "./instrumentations.ts";

export const targetSpec = targets.codec;
export const samplerSpec = samplers.codec;
export const instrumentationSpec = specCodec(parseInstrumentationList);
export const processorSpec = processors.codec;
export const exporterSpec = exporters.codec;
export const backendSpec = conditions.codec;
export const collectorSpec = collectors.codec;

export type TargetSpec = z.output<typeof targetSpec>;
export type SamplerSpec = z.output<typeof samplerSpec>;
export type InstrumentationSpec = z.output<typeof instrumentationSpec>;
export type ProcessorSpec = z.output<typeof processorSpec>;
export type ExporterSpec = z.output<typeof exporterSpec>;
export type BackendSpec = z.output<typeof backendSpec>;
export type CollectorSpec = z.output<typeof collectorSpec>;

/** The process that load goes to, and its command if it has one. */
export function frontOf({ kind, config }: TargetSpec) {
  const { service } = kind.services(config).at(-1)!;
  return { service, command: kind.command?.(config, service) };
}
