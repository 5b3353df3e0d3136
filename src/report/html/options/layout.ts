/**
 * Charts as ECharts options: plain data, so that nothing in the page has to be computed.
 * Strings that begin with `@` stand for what only the page knows (`@percentile` a formatter, `@ink` a colour of the
 * theme); `tip` is the text a data item shows under the pointer.
 */
export type Option = Readonly<Record<string, unknown>>;

export const GRID = { left: 12, right: 24, top: 16, bottom: 40, containLabel: true };
export const centered = (name: string): Option => ({ name, nameLocation: "middle", nameGap: 28 });
/** Text over lines: they must not run through it. */
export const OVER_LINES = { color: "@ink", backgroundColor: "@paper", padding: [1, 3] };
/** Up to this width a page is a phone's. */
export const NARROW_PX = 480;

const WIDE_LABEL = 26;
const NARROW_LABEL = 15;

/** Rows with their names on the left, which break where the parts of a spec string end, sooner on a phone. */
export function withRows(option: Option, names: readonly string[]): Option {
  const axis = { type: "category", inverse: true };
  const named = (most: number, fontSize: number, lineHeight: number): Option => ({
    data: names.map((name) => broken(name, most)),
    axisLabel: { fontSize, lineHeight, interval: 0 },
  });
  return {
    baseOption: { ...option, yAxis: { ...axis, ...named(WIDE_LABEL, 12, 15) } },
    media: [
      { query: { maxWidth: NARROW_PX }, option: { yAxis: named(NARROW_LABEL, 11, 13), grid: { right: 52 } } },
      { option: { yAxis: named(WIDE_LABEL, 12, 15), grid: { right: GRID.right } } },
    ],
  };
}

/** `tail:errors,slow=250ms,` `ratio=0.05`: lines of at most so many characters. */
function broken(name: string, most: number): string {
  const lines = [""];
  for (const part of name.split(/(?<=[:,/\s])/)) {
    if (lines.at(-1)!.length + part.length <= most) lines[lines.length - 1] += part;
    else lines.push(...(part.match(new RegExp(`.{1,${most}}`, "gs")) ?? []));
  }
  return lines.filter((line) => line !== "").join("\n");
}
