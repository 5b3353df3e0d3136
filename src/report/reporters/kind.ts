import type { Kind } from "../../base/registry.ts";
import type { Report } from "../report.ts";

/** The place that the text goes to. */
export interface Medium {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** With how each table was measured, detail tables, and all warnings with their fixes. */
  readonly verbose?: boolean;
}

/** A format: lays out a finished report. */
export interface ReporterKind extends Kind {
  render(report: Report, medium: Medium): string;
}
