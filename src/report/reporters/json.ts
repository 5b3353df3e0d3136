import type { ReporterKind } from "./kind.ts";

/** The report as data; the results file has the records. */
export const json: ReporterKind = {
  name: "json",
  about: "the finished report as data: title, tables, charts, warnings, estimates",
  example: "json",
  fields: {},
  render: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
};
