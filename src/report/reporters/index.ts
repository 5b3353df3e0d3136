import type { Report } from "../report.ts";
import { renderBenchmarkJson } from "./benchmark-json.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderPrometheus } from "./prometheus.ts";
import { renderTerminal, type Medium } from "./terminal.ts";

interface Format {
  readonly about: string;
  /** Lays out a finished report. */
  readonly render: (report: Report, medium: Medium) => string;
}

export const FORMATS = {
  terminal: { about: "tables for people, on a terminal of 100 columns or more", render: renderTerminal },
  markdown: { about: "GitHub-flavoured Markdown, for pull requests and job summaries", render: renderMarkdown },
  html: { about: "one self-contained page with charts", render: renderHtml },
  prometheus: { about: "OpenMetrics text, for Prometheus", render: renderPrometheus },
  json: {
    about: "the finished report as data: title, tables, charts, warnings, estimates",
    render: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
  },
  "benchmark-json": {
    about: "a list of name, unit, value and extra, for benchmark collections such as github-action-benchmark",
    render: renderBenchmarkJson,
  },
} as const satisfies Readonly<Record<string, Format>>;
