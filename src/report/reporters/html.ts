import { escapeControls } from "../../base/escape.ts";
import { renderPage } from "../html/page.ts";
import type { Report } from "../report.ts";
import type { ReporterKind } from "./kind.ts";

/** One file with charts that needs no network and runs no script. */
export function renderHtml(report: Report): string {
  return renderPage(escapeControls(report));
}

export const html: ReporterKind = {
  name: "html",
  about: "one self-contained page with charts",
  example: "html",
  fields: {},
  render: (report) => renderHtml(report),
};
