import type { PartsExplained, SpanContent } from "../../estimate/parts.ts";
import { figureText, percentText, plain } from "../format.ts";
import type { Cell, Table } from "../report.ts";

/** What the parts explain of what tracing costs a request, a part a row. */
export function partsTable(explained: PartsExplained, content: SpanContent): Table {
  const { variant, whole, shares, sumUs, sumHalfWidthUs, missing } = explained;
  const { attributes, events, exceptions } = content;
  const ofWhole = (us: number): Cell => ({ text: percentText(us / whole.center), value: us / whole.center });
  const us = (center: number, half: number): Cell => ({
    text: figureText({ center, low: center - half, high: center + half }),
    value: center,
  });
  const rest = whole.center - sumUs;
  const title = `What the parts explain of ${variant} against none`;
  return {
    // a space in an id makes two of every reference to it
    id: `parts-${variant.replaceAll(/\s+/g, "-")}`,
    title,
    about: `CPU of each part alone times how often a request does it, beside the difference in the cost phase. Spans are counted; that one carries ${plain(attributes)} attributes, ${plain(events)} events and ${plain(exceptions)} exceptions is taken for granted.`,
    columns: [
      { title: "part", numeric: false },
      { title: "a request", numeric: true },
      { title: "CPU/request", unit: "µs", numeric: true },
      { title: "of the whole", numeric: true },
    ],
    rows: [
      ...shares.map((share): Cell[] => [
        { text: share.part },
        { text: plain(share.perRequest), value: share.perRequest },
        us(share.us, share.halfWidthUs),
        ofWhole(share.us),
      ]),
      [{ text: "all parts" }, { text: "" }, us(sumUs, sumHalfWidthUs), ofWhole(sumUs)],
      [{ text: "not explained" }, { text: "" }, { text: plain(rest), value: rest }, ofWhole(rest)],
      [
        { text: "measured in the cost phase" },
        { text: "" },
        { text: figureText(whole), value: whole.center },
        { text: "100 %", value: 1 },
      ],
    ],
    notes: [
      "Not explained: sending the batches, timers, code and data that are not as warm between requests as in a loop, and the instrumentation's own work, unless the run has measured --sampler noop. Parts and service were measured at different times.",
      ...(missing.length > 0 ? [`No figure for ${missing.join(", ")}.`] : []),
    ],
  };
}
