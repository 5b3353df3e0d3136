import { type Cell, type Chart, type Table, headText } from "../report.ts";
import { chartSvg } from "./chart-svg.ts";
import { h, raw, type Markup } from "./markup.ts";
import type { Mark, Marks } from "./palette.ts";
import { SIZES } from "./style.ts";

/** The grid scrolls in itself if the page is narrow. */
export function tableSection(table: Table): Markup {
  return h`<p class="about">${table.about}</p>
${table.rows.length === 0 ? undefined : gridOf(table)}
${table.notes.map((note) => h`<p class="about">${note}</p>`)}`;
}

function gridOf({ title, columns, rows }: Table): Markup {
  const heads = columns.map(
    (column) => h`<th scope="col"${column.numeric ? h` class="number"` : ""}>${headText(column)}</th>`,
  );
  const body = rows.map((row) => h`<tr>${row.map((cell, at) => cellHtml(cell, at, columns[at]!.numeric))}</tr>\n`);
  return h`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
<table><thead><tr>${heads}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

function cellHtml({ text, tone }: Cell, at: number, numeric: boolean): Markup {
  const classes = [numeric ? "number" : "", tone ?? ""].filter((name) => name !== "").join(" ");
  const attribute = classes === "" ? "" : h` class="${classes}"`;
  return at === 0
    ? h`<th scope="row"${attribute}><span>${breakable(text)}</span></th>`
    : h`<td${attribute}>${text}</td>`;
}

/** May break after each part of a spec string. */
function breakable(text: string): Markup {
  return h`${text.split(/(?<=[:,/])/).map((part, at) => (at === 0 ? part : h`<wbr>${part}`))}`;
}

/** A chart without series is the reason why there is none. */
export function chartSection(chart: Chart, marks: Marks): Markup {
  if (chart.series.length === 0) return h`<p class="about">${chart.about}</p>`;
  const items = chart.series.map(({ variant, label }) => h`<li>${swatch(marks.get(variant)!)}${label}</li>`);
  const drawings = SIZES.map(
    ({ name, width, height }) => h`<div class="chart ${name}">${raw(chartSvg(chart, marks, width, height))}</div>`,
  );
  return h`<p class="about">${chart.about}</p>
<ul class="legend">${items}</ul>
<div role="img" aria-label="${chart.title}">${drawings}</div>`;
}

function swatch({ color, shape }: Mark): Markup {
  return h`<svg class="swatch" width="12" height="12" aria-hidden="true"><path d="${shape}" fill="${color}"/></svg>`;
}
