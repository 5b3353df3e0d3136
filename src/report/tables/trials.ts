import type { TrialRecord } from "../../record/trial-record.ts";
import { rangedMessage, shapeOf, listNames } from "../warnings.ts";
import type { Table } from "../report.ts";
import { shownTable, words } from "./table.ts";

/** Trials that failed, were aborted or are invalid: one row a reason. */
export function failedTable(records: readonly TrialRecord[], labelOf: (variant: string) => string): Table[] {
  const bad = records.filter((record) => record.ending !== "completed" || !record.valid);
  const reasons = bad.map((record) => ({ ...record.trial, ending: endingOf(record), reason: reasonOf(record) }));
  const groups = Map.groupBy(reasons, ({ ending, reason }) => `${ending}: ${shapeOf(reason)}`);
  return shownTable({
    id: "failed",
    title: "Trials without figures",
    about:
      "No estimate uses them. The warnings below explain the codes. The results file has the whole output of those that failed.",
    columns: ["ending", "reason", "variants", "trials"].map((title) => words(title)),
    rows: [...groups.values()].map((same) => [
      { text: same[0]!.ending },
      { text: rangedMessage(same.map(({ reason }) => reason)) },
      { text: listNames(new Set(same.map(({ variant }) => labelOf(variant)))) },
      { text: listNames(new Set(same.map(({ id }) => id))) },
    ]),
  });
}

function endingOf({ ending }: TrialRecord): string {
  return ending === "completed" ? "invalid" : ending;
}

const STACK_FRAME = /^\s+at /;
const MOST_LINES = 3;

/** The first lines of a failure, without its stack. */
function reasonOf({ failure, ending, warnings }: TrialRecord): string {
  if (failure !== undefined) {
    const lines = failure.split("\n").filter((line) => line.trim() !== "" && !STACK_FRAME.test(line));
    const more = lines.length > MOST_LINES ? ["…"] : [];
    return [...lines.slice(0, MOST_LINES).map((line) => line.trim()), ...more].join("\n");
  }
  if (ending === "aborted") return "the run was interrupted";
  const reasons = warnings.filter(({ invalidates }) => invalidates === true).map(({ code }) => code);
  return [...new Set(reasons)].join(", ") || "no reason was recorded";
}
