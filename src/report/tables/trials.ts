import type { TrialRecord } from "../../record/trial-record.ts";
import { rangedMessage, shapeOf } from "../alike.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";
import { listed } from "../warnings.ts";

/** Trials that failed, were aborted or are void: a row a reason. */
export function failedTable(run: Run): Table[] {
  const labels = new Map(run.variants.map(({ name, label }) => [name, label]));
  const bad = run.results.records.filter((record) => record.ending !== "completed" || !record.valid);
  if (bad.length === 0) return [];
  const reasons = bad.map((record) => ({ ...record.trial, ending: endingOf(record), reason: reasonOf(record) }));
  const alike = [...Map.groupBy(reasons, ({ ending, reason }) => `${ending}: ${shapeOf(reason)}`).values()];
  return [
    {
      id: "failed",
      title: "Trials without figures",
      about: "Their figures are in no estimate; the results file has the whole output of those that failed.",
      columns: ["ending", "reason", "variants", "trials"].map((title) => ({ title, numeric: false })),
      rows: alike.map((same) => [
        { text: same[0]!.ending, tone: "bad" as const },
        { text: rangedMessage(same.map(({ reason }) => reason)) },
        { text: listed(new Set(same.map(({ variant }) => labels.get(variant) ?? variant))) },
        { text: listed(new Set(same.map(({ id }) => id))) },
      ]),
      notes: [],
    },
  ];
}

function endingOf({ ending }: TrialRecord): string {
  return ending === "completed" ? "void" : ending;
}

const STACK_FRAME = /^\s+at /;
const LINES_TOLD = 3;

/** Of a failure its message without the stack, shortened. */
function reasonOf(record: TrialRecord): string {
  if (record.failure !== undefined) {
    const lines = record.failure.split("\n").filter((line) => line.trim() !== "" && !STACK_FRAME.test(line));
    const more = lines.length > LINES_TOLD ? ["…"] : [];
    return [...lines.slice(0, LINES_TOLD).map((line) => line.trim()), ...more].join("\n");
  }
  if (record.ending === "aborted") return "the run was interrupted";
  const voiding = record.warnings.filter((warning) => warning.voids);
  return voiding.map((warning) => warning.message).join("; ") || "no reason was recorded";
}
