import { escapeControls } from "../../base/escape.ts";
import { flameSection } from "../html/flame.ts";
import { h, raw, type Markup } from "../html/markup.ts";
import { marksOf } from "../html/palette.ts";
import { chartSection, tableSection } from "../html/sections.ts";
import { STYLE } from "../html/style.ts";
import { type Fact, type ReportPage, type WarningGroup, withNotesOnce } from "../report.ts";
import { warningSummary } from "../warnings.ts";

/** Nothing runs in the page, and nothing is fetched. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** The whole report in one HTML file with charts, which needs no network and runs no script. */
export function renderHtml(unescaped: ReportPage): string {
  const report = escapeControls(unescaped);
  const sections = sectionsOf(report);
  return h`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<p class="about">Spantoll: what tracing costs, and what sampling loses</p>
<h1>${unbroken(report.title)}</h1>
${report.caveats.map((caveat) => h`<p class="caveat">${caveat}</p>`)}
${warningSummary(report.warnings).map((line) => h`<p class="caveat warned">${line} <a href="#warnings">What they mean</a></p>`)}
${factList(report.constants)}
<nav aria-label="Contents"><ul>${sections.map(({ id, title }) => h`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ id, title, body }) => h`<section id="${id}"><h2>${title}</h2>\n${body}</section>\n`)}</main>
<footer>Made by Spantoll ${report.environment.spantoll}.</footer>
</body>
</html>
`.text;
}

function sectionsOf({ charts, tables, flames = [], warnings, method, setting }: ReportPage): Section[] {
  const [first, ...others] = charts;
  const shown = withNotesOnce(tables.toSorted((a, b) => Number(a.isDetail ?? false) - Number(b.isDetail ?? false)));
  const marks = marksOf(charts.flatMap(({ series }) => series.map(({ variant }) => variant)));
  const drawn = (chart: NonNullable<typeof first>): Section => ({ ...chart, body: chartSection(chart, marks) });
  return [
    ...(first === undefined ? [] : [drawn(first)]),
    ...shown.filter(({ isDetail }) => !isDetail).map((table) => ({ ...table, body: tableSection(table) })),
    ...others.map(drawn),
    ...(flames.length === 0 ? [] : [{ id: "flames", title: "Which functions take it", body: flameSection(flames) }]),
    ...shown.filter(({ isDetail }) => isDetail).map((table) => ({ ...table, body: tableSection(table) })),
    ...(warnings.length === 0 ? [] : [{ id: "warnings", title: "Warnings", body: warningList(warnings) }]),
    {
      id: "method",
      title: "How it was measured",
      body: h`<ul>${method.map((sentence) => h`<li>${sentence}</li>`)}</ul>\n${factList(setting)}`,
    },
  ];
}

/** A number stays on the line of its unit and its interval. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<=\d) (?=[%±[]|ms|µs)|(?<=%) (?=\[)|(?<=,) (?=[−\d.,]+\])/g, "\u00a0");
}

function factList(facts: readonly Fact[]): Markup {
  return h`<dl class="facts">${facts.map(({ label, value }) => h`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function warningList(warnings: readonly WarningGroup[]): Markup {
  const groups = warnings.map(
    ({
      code,
      extent,
      invalidates,
      cases,
    }) => h`<li><details><summary><strong>${code}</strong>${invalidates ? " (invalid)" : ""}: ${extent}</summary>
<ul>${cases.map(({ message, fix, places }) => h`<li>${message}<br>Fix: ${fix}<br><span class="about">${places.join("; ")}</span></li>`)}</ul></details></li>`,
  );
  return h`<ul class="warnings">${groups}</ul>`;
}
