import type { Chart, StackView } from "../report.ts";
import type { Run } from "../run.ts";
import { sampledSpans, spanFate, type SpanFate } from "../spans.ts";

const NOT_SAMPLED = "not sampled";

/** From started to received, as shares of the started and of the sampled spans. */
export function spansChart(run: Run): Chart[] {
  const fates = run.variants.flatMap(({ label, name }) => {
    const fate = spanFate(run.finished(name));
    return fate === undefined || fate.started === 0 ? [] : [{ label, fate }];
  });
  if (fates.length === 0) return [];
  const about = "Every started span has one place to end in; what no place explains would be marked as unexplained.";
  const views = [
    stack("of all started spans", fates, true),
    stack(
      "of the sampled spans",
      fates.filter(({ fate }) => sampledSpans(fate) > 0),
      false,
    ),
  ].filter((view) => view.bars.length > 0);
  return [{ kind: "stacks", id: "span-flow", title: "Where the spans went", about, views }];
}

function stack(label: string, fates: readonly { label: string; fate: SpanFate }[], all: boolean): StackView {
  const rows = fates.map(({ label, fate }) => ({ label, places: placesOf(fate, all) }));
  const parts = [...new Set(rows.flatMap(({ places }) => [...places.keys()]))];
  const bars = rows.map(({ label, places }) => ({ label, values: parts.map((part) => places.get(part) ?? 0) }));
  return { label, parts, bars };
}

function placesOf(fate: SpanFate, all: boolean): ReadonlyMap<string, number> {
  const places: [string, number][] = [
    ["received", fate.received],
    ["kept in the process", fate.keptLocally],
    ...(all ? [[NOT_SAMPLED, fate.notSampled] as [string, number]] : []),
    ...fate.lost.map(({ cause, spans }) => [cause, spans] as [string, number]),
    ["unexplained", fate.residual],
  ];
  return new Map(places.filter(([, spans]) => spans > 0));
}
