import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Chart, Report } from "../report.ts";
import { warnedOf } from "../warnings.ts";
import { CLIENT } from "./client.js.ts";
import { everyFigure } from "./everything.ts";
import { h, raw, scriptJson, type Markup } from "./markup.ts";
import { optionsOf } from "./options/options.ts";
import { markedLabels } from "./legend.ts";
import { marksOf, type Marks } from "./palette.ts";
import { chartSection, factList, tableHtml, tableSection, warningSection } from "./sections.ts";
import { STYLE } from "./style.css.ts";

/** The whole report in one HTML file: nothing is fetched, and a policy in the page forbids it. */
export function renderPage(report: Report): string {
  const marks = marksOf(markedLabels(report.charts));
  const scripts = report.charts.length > 0 ? [chartLibrary(), CLIENT] : [];
  return h`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
${heading(report)}
<main>
<noscript><p class="note">Charts and sorting need JavaScript; every figure is in the tables all the same.</p></noscript>
${report.charts.map((chart) => chartSection(chart, marks))}
${report.tables.map(tableSection)}
${warningSection(report.warnings)}
${howMeasured(report)}
${allFigures(report)}
</main>
<footer>Made by Spantoll ${report.environment.spantoll}. Nothing in this page leaves it.</footer>
<script type="application/json" id="data">${scriptJson(chartData(report.charts, marks))}</script>
${scripts.map((script) => h`<script>${raw(script)}</script>\n`)}</body>
</html>
`.text;
}

function heading(report: Report): Markup {
  return h`<header>
<div class="bar"><span>Spantoll: what tracing costs, and what sampling loses</span><button type="button" class="theme">Dark</button></div>
<h1>${report.title.replaceAll(/(?<=\d) (?=%|ms)/g, "\u00a0")}</h1>
${report.caveats.map((caveat) => h`<p class="caveat">${caveat}</p>`)}
${warnedOf(report.warnings).map((line) => h`<p class="caveat warned">${line} <a href="#warnings-title">What they mean</a></p>`)}
${factList(report.constants)}
</header>`;
}

function howMeasured(report: Report): Markup {
  return h`<section aria-labelledby="method-title"><h2 id="method-title">How it was measured</h2>
<ul>${report.method.map((sentence) => h`<li>${sentence}</li>`)}</ul>
<h3>Machine and software</h3>
${factList(report.setting)}
</section>`;
}

function allFigures(report: Report): Markup | undefined {
  if (report.estimates.length === 0) return undefined;
  const table = everyFigure(report.estimates);
  return h`<section aria-labelledby="${table.id}-title" class="folded"><h2 id="${table.id}-title">${table.title}</h2>
<p class="about">${table.about} Sort by any column.</p>
<details><summary>${table.rows.length} figures</summary>${tableHtml(table)}</details></section>`;
}

/** What the page's script draws: for each chart its views, and which is shown. */
function chartData(charts: readonly Chart[], marks: Marks): Record<string, unknown> {
  return Object.fromEntries(
    charts.map((chart) => {
      const options = optionsOf(chart, marks);
      const views = chart.views.map(({ label }, at) => ({
        about: `${chart.title}: ${label}. The table below has its figures.`,
        option: options[at],
      }));
      return [chart.id, { view: 0, views }];
    }),
  );
}

/** Only the scripts of this page run, told by their hashes; nothing is loaded from anywhere. */
function policy(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const scriptSources = hashes.length > 0 ? hashes.join(" ") : "'none'";
  return `default-src 'none'; script-src ${scriptSources}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** ECharts with lines, bars, scatter and their axes; read when a page is made, not before. */
function chartLibrary(): string {
  const path = fileURLToPath(import.meta.resolve("echarts/dist/echarts.common.min"));
  return readFileSync(path, "utf8").replaceAll("</script", String.raw`<\/script`);
}
