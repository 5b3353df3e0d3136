import type { Estimate } from "../../estimate/estimate.ts";
import { axisText, versionAxis } from "../../plan/trial.ts";
import { changeText, differenceText, noVerdictText, plain } from "../format.ts";
import { CPU } from "../metrics.ts";
import type { Cell, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
import { cellOf } from "./columns.ts";

/** A later version of SDK or Node against an earlier one under the same sampler, paired by round. */
interface Upgrade {
  readonly before: ShownVariant;
  readonly after: ShownVariant;
  readonly ratio: Estimate;
  readonly difference: Estimate | undefined;
}

/** What each version costs against each one named before it. */
export function versionTable(run: Run): Table[] {
  const rows = upgradesOf(run).map((upgrade) => rowOf(run, upgrade));
  if (rows.length === 0) return [];
  return [
    {
      id: "versions",
      title: "One version against another",
      about:
        "CPU per request in the phase cost, of the whole service, each version against those named before it, paired by round.",
      columns: [
        { title: "variant", numeric: false },
        { title: "changes", unit: "µs", numeric: true },
        { title: "against", unit: "µs", numeric: false },
        { title: "change", numeric: true },
        { title: "verdict", numeric: false },
      ],
      rows,
      notes: [],
    },
  ];
}

/** The toll of the first upgrade, for the headline. */
export function upgradeClause(run: Run): string | undefined {
  const [first] = upgradesOf(run);
  if (first === undefined) return undefined;
  const { before, after, ratio, difference } = first;
  const axis = versionAxis(before.variant, after.variant)!;
  const [from, to] = [before, after].map(({ variant }) => axisText(variant, axis));
  const verdict = ratio.verdict ?? noVerdictText(ratio.n).replace(/^– \(|\)$/g, "");
  const toll = difference === undefined ? "" : `${differenceText(difference)} µs, `;
  return `${axis} ${to} against ${from} under ${after.variant.sampler.text}: ${toll}${changeText(ratio)} CPU per request (${verdict})`;
}

function upgradesOf(run: Run): Upgrade[] {
  return run.variants.flatMap((after, at) =>
    run.variants.slice(0, at).flatMap((before) => {
      if (versionAxis(before.variant, after.variant) === undefined) return [];
      const { ratio, difference } = run.compare(before, CPU.phase, after.id, CPU.name);
      return ratio === undefined ? [] : [{ before, after, ratio, difference }];
    }),
  );
}

function rowOf(run: Run, { before, after, ratio, difference }: Upgrade): Cell[] {
  const whole = run.find(CPU.phase, before.id, CPU.name);
  return [
    { text: after.label },
    cellOf({ text: differenceText }, difference),
    { text: `${before.label}'s ${plain(whole?.center ?? NaN)}` },
    cellOf({ text: changeText }, ratio),
    { text: ratio.verdict ?? noVerdictText(ratio.n) },
  ];
}
