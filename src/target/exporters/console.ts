import { text } from "../../base/units.ts";
import type { ExporterKind } from "../kinds.ts";

const fields = {
  /** Default: a temporary file. */
  file: text.optional(),
};

export const consoleExporter: ExporterKind<typeof fields> = {
  name: "console",
  about: "the SDK's ConsoleSpanExporter, writing to a file as a service does whose output is redirected",
  example: "console",
  fields,
  main: "file",
  endpoint: undefined,
  async make({ file }, _endpoints, { baseDir }) {
    const { FileConsoleExporter } = await import("./console-file.ts");
    return FileConsoleExporter.open(file, baseDir);
  },
};
