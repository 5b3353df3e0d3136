import { z } from "zod";
import { bin, type CollectorKind } from "./collector-kind.ts";
import { COLLECTOR } from "./programs.ts";

const fields = { file: z.string(), bin };

export const file: CollectorKind<typeof fields> = {
  name: "file",
  about: "a configuration of your own, with OTLP_HTTP_PORT, OTLP_GRPC_PORT and SINK_URL from the environment",
  example: "file:my-collector.yaml,bin=/usr/bin/otelcol",
  fields,
  main: "file",
  program: COLLECTOR,
  file: (config) => config.file,
};
