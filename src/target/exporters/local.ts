/** Exporters that send nothing anywhere. */
import type { ExporterKind } from "../kinds.ts";

const fields = {};

export const consoleExporter: ExporterKind<typeof fields> = {
  name: "console",
  about: "the SDK's ConsoleSpanExporter, writing to a file as a service does whose output is redirected",
  example: "console",
  fields,
  endpoint: undefined,
  async make() {
    const { FileConsoleExporter } = await import("./console-file.ts");
    return new FileConsoleExporter();
  },
};

export const discard: ExporterKind<typeof fields> = {
  name: "discard",
  about: "throws every batch away at once: what the SDK costs before any export",
  example: "discard",
  fields,
  endpoint: undefined,
  async make() {
    const { ExportResultCode } = await import("@opentelemetry/core");
    return {
      export: (_spans, done) => done({ code: ExportResultCode.SUCCESS }),
      shutdown: async () => {},
    };
  },
};
