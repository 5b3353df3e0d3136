/** The page's style: follows the system's light or dark, or the reader's choice; narrow screens and paper too. */
const LIGHT = `
  color-scheme: light;
  --paper: #ffffff; --raised: #f5f6f8; --ink: #16191d; --faint: #5a6470; --line: #d5dae0;
  --accent: #0062a3; --bad: #b3261e; --good: #006b4f; --shadow: #0003;
`;
const DARK = `
  color-scheme: dark;
  --paper: #14171b; --raised: #1e2329; --ink: #e8ebef; --faint: #a3adb8; --line: #353c45;
  --accent: #6cb8f0; --bad: #ff8a80; --good: #5fd0a8; --shadow: #000c;
`;

export const STYLE = `
:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
:root[data-theme="light"] { ${LIGHT} }
:root[data-theme="dark"] { ${DARK} }
@media print { :root, :root[data-theme] { ${LIGHT} } }

* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.25rem; }
.bar { display: flex; justify-content: space-between; align-items: center; gap: 1rem; color: var(--faint); font-size: 0.9rem; }
h1 { font-size: clamp(1.2rem, 1rem + 1.2vw, 1.7rem); line-height: 1.35; font-weight: 600; margin: 0.75rem 0 1rem; overflow-wrap: anywhere; text-wrap: pretty; }
h2 { font-size: 1.25rem; margin: 0 0 0.25rem; }
h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
section { margin: 2.5rem 0; }
p { margin: 0.25rem 0; }
.about, .note { color: var(--faint); max-width: 48rem; font-size: 0.95rem; text-wrap: pretty; }
.caveat { border-left: 4px solid var(--bad); background: var(--raised); padding: 0.5rem 0.75rem; margin: 0.5rem 0; }
.caveat.warned { border-color: #e69f00; }

.facts { display: flex; flex-wrap: wrap; gap: 0.4rem 1.5rem; margin: 0; padding: 0.75rem 1rem; background: var(--raised); border-radius: 8px; }
.facts div { min-width: 0; }
dt { color: var(--faint); font-size: 0.8rem; }
dd { margin: 0; overflow-wrap: anywhere; }

button, summary, label { font: inherit; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.theme { border: 1px solid var(--line); border-radius: 6px; background: var(--raised); color: var(--ink); padding: 0.3rem 0.7rem; }
.switch { display: flex; flex-wrap: wrap; gap: 0.4rem; border: 0; padding: 0; margin: 0.75rem 0 0; }
.switch legend { float: left; padding: 0.25rem 0.4rem 0.25rem 0; color: var(--faint); }
.switch input { position: absolute; opacity: 0; }
.switch span { display: block; padding: 0.25rem 0.75rem; border: 1px solid var(--line); border-radius: 999px; }
.switch input:checked + span { background: var(--accent); border-color: var(--accent); color: var(--paper); }
.switch input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; }

.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; border: 0; padding: 0; margin: 0.75rem 0 0; font-size: 0.85rem; list-style: none; }
.legend legend { position: absolute; clip-path: inset(50%); }
.legend :is(label, li) { display: flex; align-items: center; gap: 0.35rem; padding: 0.2rem 0; overflow-wrap: anywhere; }
.legend input { margin: 0; accent-color: var(--accent); }
.legend label:has(input:not(:checked)) { color: var(--faint); text-decoration: line-through; }
.swatch { flex: none; }

.chart { width: 100%; margin-top: 0.25rem; }
html:not(.scripted) :is(.chart, .switch, .legend, .theme) { display: none; }
html:not(.scripted) .sort { cursor: default; }
details { margin-top: 0.5rem; }
summary { color: var(--accent); width: fit-content; }

/* a shadow at the edge behind which there is more */
.scroll {
  overflow-x: auto; margin: 0.5rem 0; width: fit-content; max-width: 100%;
  background: linear-gradient(to left, var(--paper) 30%, transparent) right / 2.5rem 100%, radial-gradient(farthest-side at 100% 50%, var(--shadow), transparent) right / 1rem 100%;
  background-repeat: no-repeat; background-attachment: local, scroll;
}
/* whole pixels: a sticky cell is painted on its own, and must meet its row */
table { border-collapse: separate; border-spacing: 0; font-size: 0.92rem; line-height: 20px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 0.9rem 6px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap; }
td:last-child { white-space: normal; min-width: 9rem; }
td.number:last-child { white-space: nowrap; min-width: 0; }
tbody th { font-weight: 600; position: sticky; left: 0; background: var(--paper); white-space: normal; }
tbody th span { display: block; width: max-content; max-width: 16rem; overflow-wrap: break-word; }
thead th { vertical-align: bottom; border-bottom-color: var(--faint); }
.number { text-align: right; }
.sort { all: unset; cursor: pointer; color: var(--faint); font-weight: 500; font-size: 0.85rem; }
.sort:hover { color: var(--ink); text-decoration: underline; }
.sort:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
th[aria-sort="ascending"] .sort::after { content: " ▲"; }
th[aria-sort="descending"] .sort::after { content: " ▼"; }
tr:hover > * { background: var(--raised); }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
.doubtful { color: var(--faint); font-style: italic; }

.warnings { padding: 0; list-style: none; }
.warnings > li { border-left: 4px solid #e69f00; padding: 0.1rem 0 0.1rem 0.75rem; margin: 0.75rem 0; overflow-wrap: anywhere; }
.warnings > .voids { border-color: var(--bad); }
.warnings ul { padding-left: 1.1rem; margin: 0.25rem 0; }
.fix, .where { color: var(--faint); font-size: 0.92rem; }
footer { color: var(--faint); font-size: 0.85rem; padding-bottom: 2rem; }

@media (max-width: 30rem) {
  body { font-size: 15px; }
  tbody th span { max-width: 8.5rem; }
  th, td { padding-right: 0.6rem; }
}
@media print {
  body { font-size: 10.5pt; }
  .theme, .switch, .behind, .legend input, .sort::after, .folded:has(> details:not([open])) { display: none !important; }
  section { margin: 1.2rem 0; }
  section, tr { break-inside: avoid; }
  h2, h3, .about { break-after: avoid; }
  .scroll { overflow: visible; background: none; }
  tbody th { position: static; }
  table { font-size: 8.5pt; }
  #all-figures { font-size: 6.5pt; }
  th, td { white-space: normal; }
}
`;
