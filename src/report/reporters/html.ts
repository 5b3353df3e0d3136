import { renderPage } from "../html/page.ts";
import type { Report } from "../report.ts";
import type { ReporterKind } from "./kind.ts";

/** One file that needs no network: the report with charts, for light and dark screens, phones and paper. */
export function renderHtml(report: Report): string {
  return renderPage(report);
}

export const html: ReporterKind = {
  name: "html",
  about: "one self-contained page with charts",
  example: "html",
  fields: {},
  render: (report) => renderHtml(report),
};
