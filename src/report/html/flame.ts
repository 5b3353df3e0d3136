/** Flame graphs as static SVG, and the same for speedscope. */
import { total } from "../../base/sum-of.ts";
import { ownUs, type Call } from "../../record/calls.ts";
import type { Flame } from "../report.ts";
import { h, type Markup } from "./markup.ts";
import { COLORS } from "./palette.ts";
import { SIZES } from "./style.ts";

const ROW_PX = 18;
/** Of a letter in the page's font at 11 px. */
const LETTER_PX = 6.2;
const LEAST_PX = 3;
/** Of the parts that are too small for a colour of their own. */
const OTHER_COLOR = "var(--faint)";

/** One picture for each variant, all to the same scale, the names of the colours, and the file with all of them. */
export function flameSection(flames: readonly Flame[]): Markup {
  const colors = new Map(largestParts(flames).map((part, at) => [part, COLORS[at]!]));
  const widestUs = Math.max(...flames.map(({ calls }) => usOf(calls)));
  const pictures = flames.map(
    ({ label, total: us, calls }) => h`<h3>${label}${us === undefined ? "" : `: ${us} µs`}</h3>
<div role="img" aria-label="flame graph of ${label}">${SIZES.map(
      ({ name, width }) => h`<div class="chart ${name}">${flameSvg(calls, width, width / widestUs, colors)}</div>`,
    )}</div>\n`,
  );
  const file = Buffer.from(JSON.stringify(speedscopeOf(flames))).toString("base64");
  return h`<p class="about">CPU of a request by function, mean of the valid rounds: below each function are those that it called. The same width is the same time in every picture, and a part of the program has one colour, grey if it takes little. Calls under 0.5 % of the whole are in their callers, or in "other calls" if they have none.</p>
<p><a download="spantoll.speedscope.json" href="data:application/json;base64,${file}">Download for speedscope</a></p>
<ul class="legend">${[...colors].map(([part, color]) => h`<li><svg class="swatch" width="12" height="12" aria-hidden="true"><rect width="12" height="12" fill="${color}"/></svg>${part}</li>`)}</ul>
${pictures}`;
}

function usOf(calls: readonly Call[]): number {
  return total(calls, ({ us }) => us);
}

type Colors = ReadonlyMap<string, string>;

function flameSvg(calls: readonly Call[], width: number, pxPerUs: number, colors: Colors): Markup {
  const boxes: Markup[] = [];
  let rows = 0;
  const draw = (some: readonly Call[], from: number, row: number): void => {
    let left = from;
    for (const call of some) {
      const px = call.us * pxPerUs;
      if (px >= LEAST_PX) {
        boxes.push(boxOf(call, colors.get(call.part) ?? OTHER_COLOR, [left, row, px]));
        rows = Math.max(rows, row + 1);
        draw(call.calls, left, row + 1);
      }
      left += px;
    }
  };
  draw(calls, 0, 0);
  const height = rows * ROW_PX;
  return h`<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-size="11">${boxes}</svg>`;
}

type Place = readonly [left: number, row: number, px: number];

function boxOf({ name, part, us }: Call, color: string, [left, row, px]: Place): Markup {
  const [x, y, width] = [left.toFixed(1), row * ROW_PX, (px - 0.5).toFixed(1)];
  const letters = Math.floor((px - 6) / LETTER_PX);
  const shown = name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
  return h`<g><title>${name} (${part}): ${us.toFixed(1)} µs</title><rect x="${x}" y="${y}" width="${width}" height="${ROW_PX - 1}" fill="${color}" fill-opacity=".45"/>${
    letters < 3 ? undefined : h`<text x="${(left + 3).toFixed(1)}" y="${y + 12.5}" fill="var(--ink)">${shown}</text>`
  }</g>`;
}

/** By what the functions of a part took themselves. */
function largestParts(flames: readonly Flame[]): string[] {
  const calls = flames.flatMap((flame) => flatten(flame.calls));
  const parts = [...Map.groupBy(calls, ({ part }) => part)].map(([part, own]) => ({ part, us: total(own, ownUs) }));
  return parts
    .toSorted((one, other) => other.us - one.us)
    .slice(0, COLORS.length)
    .map(({ part }) => part);
}

function flatten(calls: readonly Call[]): Call[] {
  return calls.flatMap((call) => [call, ...flatten(call.calls)]);
}

/** Its file format: https://www.speedscope.app/file-format-schema.json */
function speedscopeOf(flames: readonly Flame[]): object {
  const frames = new Map<string, { readonly at: number; readonly name: string; readonly file: string }>();
  const frameOf = ({ name, part: file }: Call): number => {
    const key = `${file}\n${name}`;
    if (!frames.has(key)) frames.set(key, { at: frames.size, name, file });
    return frames.get(key)!.at;
  };
  const profiles = flames.map(({ label: name, calls }) => {
    const stacks: { readonly stack: readonly number[]; readonly us: number }[] = [];
    const walk = (call: Call, callers: readonly number[]): void => {
      const stack = [...callers, frameOf(call)];
      stacks.push({ stack, us: Math.max(0, ownUs(call)) });
      for (const inner of call.calls) walk(inner, stack);
    };
    for (const call of calls) walk(call, []);
    const [samples, weights] = [stacks.map(({ stack }) => stack), stacks.map(({ us }) => us)];
    const endValue = total(weights, (us) => us);
    return { type: "sampled", name, unit: "microseconds", startValue: 0, endValue, samples, weights };
  });
  const shared = { frames: [...frames.values()].map(({ name, file }) => ({ name, file })) };
  return { $schema: "https://www.speedscope.app/file-format-schema.json", shared, profiles };
}
