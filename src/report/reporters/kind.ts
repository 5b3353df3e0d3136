import type { Kind } from "../../base/registry.ts";
import type { Report } from "../report.ts";

/** Where the text goes, as far as a format cares. */
export interface Medium {
  /** Whether the terminal shows colours. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** A format: lays out a finished report, and nothing more. */
export interface ReporterKind extends Kind {
  render(report: Report, medium: Medium): string;
}
