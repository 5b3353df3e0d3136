import type { CollectorKind } from "./collector-kind.ts";

export const none: CollectorKind = {
  name: "none",
  about: "no Collector: the service exports to the sink",
  example: "none",
  fields: {},
};
