import type { TrialRecord } from "../../record/index.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";

/** Trials that failed, were aborted or are void, with the reason. */
export function failedTable(run: Run): Table[] {
  const labels = new Map(run.variants.map(({ name, label }) => [name, label]));
  const bad = run.results.records.filter((record) => record.ending !== "completed" || !record.valid);
  if (bad.length === 0) return [];
  return [
    {
      id: "failed",
      title: "Trials without figures",
      about: "Their figures are in no estimate.",
      columns: ["trial", "variant", "ending", "reason"].map((title) => ({ title, numeric: false })),
      rows: bad.map((record) => [
        { text: record.trial.id },
        { text: labels.get(record.trial.variant) ?? record.trial.variant },
        { text: record.ending === "completed" ? "void" : record.ending, tone: "bad" as const },
        { text: reasonOf(record) },
      ]),
      notes: [],
    },
  ];
}

function reasonOf(record: TrialRecord): string {
  if (record.failure !== undefined) return record.failure.trim();
  const voiding = record.warnings.filter((warning) => warning.voids);
  return voiding.map((warning) => warning.message).join("; ") || "no reason was recorded";
}
