/** The page's style: light and dark as the system has it, narrow screens and paper. */
const LIGHT = `
  color-scheme: light;
  --paper: #ffffff; --raised: #f5f6f8; --ink: #16191d; --faint: #5a6470; --line: #d5dae0;
  --accent: #0062a3; --bad: #b3261e; --good: #006b4f;
`;
const DARK = `
  color-scheme: dark;
  --paper: #14171b; --raised: #1e2329; --ink: #e8ebef; --faint: #a3adb8; --line: #353c45;
  --accent: #6cb8f0; --bad: #ff8a80; --good: #5fd0a8;
`;

/** A picture is drawn for a desktop and for a phone; the style shows one of them. */
export const SIZES = [
  { name: "wide", width: 1180, height: 420 },
  { name: "narrow", width: 330, height: 330 },
] as const;

export const STYLE = `
:root { ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }

* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, header, footer { max-width: 78rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1rem; }
h1 { font-size: clamp(1.1rem, 1rem + 0.8vw, 1.5rem); line-height: 1.35; margin: 0.5rem 0 1rem; overflow-wrap: anywhere; text-wrap: pretty; }
h2 { font-size: 1.25rem; margin: 0 0 0.25rem; }
section { margin: 2.25rem 0; scroll-margin-top: 1rem; }
p { margin: 0.25rem 0; }
a, summary { color: var(--accent); }
summary { cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.about { color: var(--faint); max-width: 52rem; font-size: 0.95rem; text-wrap: pretty; }
.caveat { border-left: 4px solid var(--bad); background: var(--raised); padding: 0.5rem 0.75rem; margin: 0.5rem 0; overflow-wrap: anywhere; }
.caveat.warned { border-color: #e69f00; }

.facts { display: flex; flex-wrap: wrap; gap: 0.4rem 1.5rem; margin: 0.75rem 0; padding: 0.75rem 1rem; background: var(--raised); border-radius: 8px; }
.facts div { min-width: 0; }
dt { color: var(--faint); font-size: 0.8rem; }
dd { margin: 0; overflow-wrap: anywhere; }
nav ul, .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; margin: 0.75rem 0; font-size: 0.95rem; }
.legend li { display: flex; align-items: center; gap: 0.35rem; overflow-wrap: anywhere; }
.swatch { flex: none; }
.chart { overflow: hidden; }
.chart svg { display: block; max-width: 100%; height: auto; }
.narrow { display: none; }
@media (max-width: 640px) { .wide { display: none; } .narrow { display: block; } }

.scroll { overflow-x: auto; margin: 0.5rem 0; width: fit-content; max-width: 100%; }
table { border-collapse: separate; border-spacing: 0; font-size: 0.92rem; line-height: 20px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 1.2rem 6px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap; }
td:last-child:not(.number) { white-space: normal; min-width: 9rem; }
tbody th { font-weight: 600; position: sticky; left: 0; background: var(--paper); white-space: normal; }
tbody th span { display: block; width: max-content; max-width: 16rem; overflow-wrap: break-word; }
thead th { vertical-align: bottom; border-bottom-color: var(--faint); color: var(--faint); font-weight: 500; font-size: 0.85rem; }
.number { text-align: right; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.doubtful { color: var(--faint); }
.warnings { padding-left: 1.1rem; overflow-wrap: anywhere; }
footer { color: var(--faint); font-size: 0.85rem; margin: 2rem auto; }
@media (max-width: 640px) { tbody th span { max-width: 8rem; } }
@media print { .scroll { overflow: visible; } section { break-inside: avoid; } }
`;
