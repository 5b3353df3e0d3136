import type { Chart } from "../report.ts";
import { h, type Markup } from "./markup.ts";
import { partColors, type Mark, type Marks } from "./palette.ts";

/** What the marks of a chart stand for; lines can be hidden and shown by it. HTML, so that it wraps, prints and takes the keyboard. */
export function legendHtml(chart: Chart, marks: Marks): Markup | undefined {
  switch (chart.kind) {
    case "percentiles":
      return toggles(chart.id, union(chart.views.map(({ series }) => series)), marks);
    case "trend":
      return toggles(chart.id, union(chart.views.map(({ lines }) => lines)), marks);
    case "stacks": {
      const parts = [...new Set(chart.views.flatMap((view) => view.parts))];
      const colors = partColors(parts);
      return h`<ul class="legend">${parts.map((part, at) => h`<li>${areaSwatch(colors[at]!)}${part}</li>`)}</ul>`;
    }
    case "front": {
      const labels = union(chart.views.map(({ points }) => points));
      return h`<ul class="legend">${labels.map((label) => h`<li>${dotSwatch(marks(label))}${label}</li>`)}</ul>`;
    }
    default:
      return undefined;
  }
}

/** The labels of all charts that mark variants, in the order in which they are met; the latency chart knows them all. */
export function markedLabels(charts: readonly Chart[]): string[] {
  const rank = (chart: Chart): number => (chart.kind === "percentiles" ? 0 : 1);
  return charts
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((chart) => {
      if (chart.kind === "percentiles") return union(chart.views.map(({ series }) => series));
      if (chart.kind === "trend") return union(chart.views.map(({ lines }) => lines));
      return chart.kind === "front" ? union(chart.views.map(({ points }) => points)) : [];
    });
}

function union(views: readonly (readonly { readonly label: string }[])[]): string[] {
  return [...new Set(views.flatMap((items) => items.map(({ label }) => label)))];
}

function toggles(id: string, labels: readonly string[], marks: Marks): Markup {
  const choices = labels.map(
    (label) =>
      h`<label><input type="checkbox" value="${label}" checked>${lineSwatch(marks(label))}<span>${label}</span></label>`,
  );
  return h`<fieldset class="legend" data-chart="${id}"><legend>Lines</legend>${choices}</fieldset>`;
}

const DASH_ARRAYS: Readonly<Record<Mark["dash"], string>> = { solid: "none", dashed: "6 4", dotted: "2 3" };

function lineSwatch({ color, shape, dash }: Mark): Markup {
  return h`<svg class="swatch" width="32" height="12" aria-hidden="true"><path d="M0 6h32" stroke="${color}" stroke-width="2" stroke-dasharray="${DASH_ARRAYS[dash]}"/><path d="${shape}" transform="translate(10 0)" fill="${color}"/></svg>`;
}

function dotSwatch({ color, shape }: Mark): Markup {
  return h`<svg class="swatch" width="12" height="12" aria-hidden="true"><path d="${shape}" fill="${color}"/></svg>`;
}

function areaSwatch(color: string): Markup {
  return h`<svg class="swatch" width="20" height="12" aria-hidden="true"><path d="M0 0h20v12h-20z" fill="${color}"/></svg>`;
}
