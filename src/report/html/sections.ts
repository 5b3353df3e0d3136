import { headText, placesText } from "../reporters/terminal.ts";
import type { Cell, Chart, Fact, Table, WarningGroup } from "../report.ts";
import { tablesBehind } from "./behind.ts";
import { legendHtml } from "./legend.ts";
import { h, type Markup } from "./markup.ts";
import { rowsOf } from "./options/options.ts";
import type { Marks } from "./palette.ts";

const ROW_PX = 52;
const FRAME_PX = 64;
const FREE_PX = 400;
const PLACES_TOLD = 12;

export function tableSection(table: Table): Markup {
  return h`<section aria-labelledby="${table.id}-title">
<h2 id="${table.id}-title">${table.title}</h2>
<p class="about">${table.about}</p>
${tableHtml(table)}
${table.notes.map((note) => h`<p class="note">${note}</p>`)}
</section>`;
}

/** Sortable by its head; scrolls within itself where the page is narrow. */
export function tableHtml(table: Table): Markup {
  const heads = table.columns.map(
    (column) =>
      h`<th scope="col"${column.numeric ? h` class="number"` : ""}><button type="button" class="sort">${headText(column)}</button></th>`,
  );
  const rows = table.rows.map(
    (row) => h`<tr>${row.map((cell, at) => cellHtml(cell, at, table.columns[at]!.numeric))}</tr>\n`,
  );
  return h`<div class="scroll" tabindex="0" role="region" aria-label="${table.title}">
<table id="${table.id}"><thead><tr>${heads}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}

function cellHtml(cell: Cell, at: number, numeric: boolean): Markup {
  const classes = [numeric ? "number" : "", cell.tone ?? ""].filter((name) => name !== "").join(" ");
  const attributes = [
    classes === "" ? "" : h` class="${classes}"`,
    cell.value === undefined ? "" : h` data-value="${cell.value}"`,
  ];
  return at === 0
    ? h`<th scope="row"${attributes}><span>${breakable(cell.text)}</span></th>`
    : h`<td${attributes}>${cell.text}</td>`;
}

/** Breaks where the parts of a spec string end, before it breaks anywhere. */
function breakable(text: string): Markup {
  return h`${text.split(/(?<=[:,/])/).map((part, at) => (at === 0 ? part : h`<wbr>${part}`))}`;
}

export function chartSection(chart: Chart, marks: Marks): Markup {
  const rows = rowsOf(chart);
  const height = rows === undefined ? FREE_PX : FRAME_PX + rows * ROW_PX;
  return h`<section aria-labelledby="${chart.id}-title" class="chart-section">
<h2 id="${chart.id}-title">${chart.title}</h2>
<p class="about" id="${chart.id}-about">${chart.about}</p>
${chart.views.length > 1 ? viewSwitch(chart) : undefined}
${legendHtml(chart, marks)}
<div class="chart" id="${chart.id}" data-height="${height}" role="img" aria-label="${chart.title}: ${chart.views[0]!.label}. The table below has its figures." aria-describedby="${chart.id}-about"></div>
<details class="behind"><summary>Figures of this chart</summary>
${tablesBehind(chart).map((table) => h`<h3>${table.title}</h3>${tableHtml(table)}`)}
</details>
</section>`;
}

function viewSwitch(chart: Chart): Markup {
  const choices = chart.views.map(
    ({ label }, at) =>
      h`<label><input type="radio" name="${chart.id}-view" value="${at}"${at === 0 ? h` checked` : ""}><span>${label}</span></label>`,
  );
  return h`<fieldset class="switch" data-chart="${chart.id}"><legend>Show</legend>${choices}</fieldset>`;
}

export function factList(facts: readonly Fact[]): Markup {
  return h`<dl class="facts">${facts.map(({ label, value }) => h`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function warningSection(warnings: readonly WarningGroup[]): Markup | undefined {
  if (warnings.length === 0) return undefined;
  const groups = warnings.map(
    ({
      code,
      voids,
      cases,
    }) => h`<li class="${voids ? "voids" : "warns"}"><strong>${code}</strong>${voids ? " (void)" : ""}
<ul>${cases.map(({ message, fix, where }) => h`<li>${message}<br><span class="fix">Cure: ${fix}</span><br><span class="where">${placesText(where, PLACES_TOLD)}</span></li>`)}</ul></li>`,
  );
  return h`<section aria-labelledby="warnings-title"><h2 id="warnings-title">Warnings</h2><ul class="warnings">${groups}</ul></section>`;
}
