/**
 * Charts as ECharts options: plain data, so that nothing in the page has to be computed.
 * Strings that begin with `@` stand for what only the page knows (`@percentile` a formatter, `@ink` a colour of the
 * theme); `tip` is the text a data item shows under the pointer.
 */
export type Option = Readonly<Record<string, unknown>>;

export const LABELS = { width: 150, overflow: "break", lineHeight: 15 };
const SMALL_LABELS = { axisLabel: { width: 82, fontSize: 11 } };
export const GRID = { left: 12, right: 24, top: 16, bottom: 40, containLabel: true };
export const centered = (name: string): Option => ({ name, nameLocation: "middle", nameGap: 28 });

/** The same, with less room for the names of rows on a phone. */
export function withRows(option: Option): Option {
  return {
    baseOption: option,
    media: [{ query: { maxWidth: 480 }, option: { yAxis: SMALL_LABELS, grid: { right: 52 } } }],
  };
}
