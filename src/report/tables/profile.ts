import type { Phase } from "../../spec/phases.ts";
import { ALL_PARTS, INSTRUMENTATION, oversampledVariants, PART, partScales } from "../../record/part-metrics.ts";
import { percent } from "../../base/units.ts";
import type { Cell, Table } from "../report.ts";
import { baselineName, type Run, type ShownVariant } from "../run.ts";
import { estimateCell, figures, shownTable, words } from "./table.ts";

/** Parts beyond these cost so little that they say nothing. */
const MOST_PARTS = 14;
const CPU = "cpuUsPerRequest";

/** Which package costs what: µs per request by part of the program, as the difference to the baseline. */
export function profileTable(run: Run): Table[] {
  const baseline = run.variants.find(({ role }) => role === "baseline");
  const traced = run.variants.filter(({ role }) => role !== "baseline");
  const parts = new Set(run.estimates.flatMap(({ metric }) => (metric.startsWith(PART) ? [metric] : [])));
  if (!parts.delete(ALL_PARTS) || baseline === undefined) return [];
  const changeOf = (metric: string, { id }: ShownVariant, phase: Phase = "profile") =>
    run.compare("baseline", phase, id, metric).difference;
  const size = (metric: string): number =>
    Math.max(...traced.map((variant) => Math.abs(changeOf(metric, variant)?.center ?? 0)));
  const oversampled = oversampledVariants(run.results.records);
  const comparable = oversampled.has(baseline.id) ? [] : [...parts];
  const shown = comparable.toSorted((one, other) => size(other) - size(one)).slice(0, MOST_PARTS);
  const row = (metric: string, title: string, phase: Phase = "profile"): Cell[] => [
    { text: title },
    estimateCell(run.find(phase, baseline.id, metric)),
    ...traced.map((variant) => estimateCell(changeOf(metric, variant, phase))),
  ];
  const hidden = comparable.length - shown.length;
  return shownTable({
    id: "profile",
    title: "Where the CPU time goes",
    about: `µs per request by part of the program, from V8's sampling profiler (JavaScript) and the kernel's account (all else); each variant as the difference to ${baselineName(run.results)}. A sample counts for the package whose function ran, not for its caller.`,
    columns: [words("part"), ...[baseline, ...traced].map(({ label }) => figures(label, "µs"))],
    rows: [
      ...shown.map((metric) => row(metric, metric.slice(PART.length))),
      row(ALL_PARTS, "all parts"),
      ...(run.find("cost", baseline.id, CPU) === undefined ? [] : [row(CPU, "in the cost phase", "cost")]),
    ],
    notes: [
      ...(shown.length > 1 ? ["Sorted by the largest difference of any variant, whichever its sign."] : []),
      ...(hidden > 0 ? [`${hidden} smaller parts are in "all parts" only.`] : []),
      ...sampleNotes(run, oversampled),
      ...shareNotes(run, traced),
      "Function by function: the page's flame graphs, and the profiles beside the results file, for speedscope or Chrome's tools.",
    ],
  });
}

/** Which instrumentation makes OpenTelemetry's code run: the price list of one variant, the dearest first. */
export function profiledInstrumentations(run: Run): Table[] {
  const names = new Set(run.estimates.flatMap(({ metric }) => (metric.startsWith(INSTRUMENTATION) ? [metric] : [])));
  const traced = run.variants.filter(
    ({ id, role }) => role !== "baseline" && [...names].some((name) => run.find("profile", id, name)),
  );
  if (traced.length === 0) return [];
  const rows = [...names].map((name) => traced.map(({ id }) => run.find("profile", id, name)));
  const size = (row: (typeof rows)[number]): number => Math.max(...row.map((estimate) => estimate?.center ?? 0));
  return shownTable({
    id: "profile-instrumentations",
    title: "Which instrumentation the CPU time goes to",
    about:
      "µs per request of OpenTelemetry's code, by the instrumentation that called it: its own code, its spans, its context. Export and garbage collection are for all of them: leave an instrumentation out to see its share in these too.",
    columns: [words("instrumentation"), ...traced.map(({ label }) => figures(label, "µs"))],
    rows: [...names]
      .map((name, at) => ({ name, row: rows[at]! }))
      .toSorted((one, other) => size(other.row) - size(one.row))
      .map(({ name, row }) => [
        { text: name.slice(INSTRUMENTATION.length) },
        ...row.map((estimate) => estimateCell(estimate)),
      ]),
    notes: names.size > 1 && traced.length > 1 ? ["Sorted by the largest figure of any variant."] : [],
  });
}

/** Variants whose samples show more JavaScript than CPU: their parts are left out, or scaled down to it. */
function sampleNotes(run: Run, oversampled: ReadonlySet<string>): string[] {
  const scales = partScales(run.results.records);
  const without = run.variants.filter(({ id }) => oversampled.has(id));
  const scaled = run.variants.filter(({ id }) => !oversampled.has(id) && (scales.get(id) ?? 1) !== 1);
  const share = ({ id, label }: ShownVariant): string => `${label} by ${percent(1 - scales.get(id)!)}`;
  return [
    ...(without.length === 0
      ? []
      : [
          `Without parts: ${without.map(({ label }) => label).join("; ")}. The samples show more JavaScript than the CPU that the kernel counted, as if others took the core: programs, or further processes of the service. Run again when the machine is quiet.`,
        ]),
    ...(scaled.length === 0
      ? []
      : [
          `Scaled down to the CPU that the kernel counted: ${scaled.map(share).join("; ")}. The samples show as much too much JavaScript; native code is within the parts.`,
        ]),
  ];
}

/** The profile against the phase that measures the cost without a profiler. */
function shareNotes(run: Run, traced: readonly ShownVariant[]): string[] {
  return traced.flatMap(({ id, label }) => {
    const parts = run.compare("baseline", "profile", id, ALL_PARTS).difference;
    const cost = run.compare("baseline", "cost", id, CPU).difference;
    if (parts === undefined || cost === undefined || cost.center <= 0) return [];
    const share = Math.round((100 * parts.center) / cost.center);
    return [`${label}: the parts add up to ${share} % of the difference in the cost phase.`];
  });
}
