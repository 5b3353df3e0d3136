import { formatDuration } from "../../base/units.ts";
import { GIVES_UP_MS, type BatchAdvice } from "../../estimate/advise/batch.ts";
import type { Advice, NoBatch, Wishes } from "../../estimate/advise/advise.ts";
import { countText, plain } from "../format.ts";
import type { Cell, Table } from "../report.ts";

/** The batch processor's arithmetic, and what was measured beside it. */
export function batchTable({ batch, choice, wishes }: Advice): Table[] {
  if (batch === undefined || choice.chosen === undefined) return [];
  const rows = rowsOf(batch).map(([what, figure, how]): Cell[] => [{ text: what }, { text: figure }, { text: how }]);
  return [
    {
      id: "batch",
      title: "Batch processor, for each process",
      about:
        "It exports one batch at a time while all goes well: it carries batch / export latency, and what comes on top waits in the queue.",
      columns: [
        { title: "what", numeric: false },
        { title: "figure", numeric: true },
        { title: "how", numeric: false },
      ],
      rows,
      notes: [
        ...outageNotes(wishes.batch.outageMs, choice.chosen.candidate.variant.exporter!.text),
        ...batch.checks.map(checkText),
      ],
    },
  ];
}

/** The options that are about a queue. */
const OPTIONS: Readonly<Record<keyof Wishes["batch"], string>> = {
  exportLatencyMs: "--export-latency",
  outageMs: "--outage",
  burst: "--burst",
};

/** Why there is no table where one was to be expected, or was asked for. */
export function batchCaveats({ noBatch, choice, wishes }: Advice): string[] {
  if (noBatch === undefined || choice.chosen === undefined) return [];
  const { id: name, processor } = choice.chosen.candidate.variant;
  const reasons: Readonly<Record<NoBatch, string>> = {
    "no batch processor": `${processor?.text} is no batch processor`,
    "several services":
      "each service of this target has a queue of its own, and the file tells the sum of their spans only",
    "not measured": `the file does not tell how many spans ${name} queues, or how long it takes to export them`,
  };
  const given = (Object.keys(wishes.batch) as (keyof Wishes["batch"])[]).map((wish) => OPTIONS[wish]);
  if (given.length > 0) return [`${given.join(", ")}: without effect, since ${reasons[noBatch]}.`];
  return noBatch === "several services" ? [`No advice on the batch processor, since ${reasons[noBatch]}.`] : [];
}

/** What no queue helps against. */
function outageNotes(outageMs: number | undefined, exporter: string): string[] {
  if (outageMs === undefined) return [];
  if (!exporter.startsWith("otlp-http"))
    return [`${exporter} does not retry: what it exports while the backend is away is lost, whatever the queue.`];
  if (outageMs <= GIVES_UP_MS) return [];
  return [
    `A batch that was tried for ${formatDuration(GIVES_UP_MS)} is given up: so long an outage loses a batch each time, whatever the queue.`,
  ];
}

type Row = readonly [string, string, string];

function rowsOf(advice: BatchAdvice): Row[] {
  const { settings, advised, exportLatencyMs, latencyFrom, ceilingPerSecond, ceilingFrom, loadPerSecond } = advice;
  const from =
    latencyFrom === "given" ? "as given" : "at most: the final flush took this long; --export-latency tells your own";
  const used = `${plain((100 * loadPerSecond) / ceilingPerSecond)} % of the ceiling`;
  const { neededForBurst, neededForOutage } = advice;
  const byLatency = `${settings.batch} spans / ${plain(exportLatencyMs)} ms`;
  const ceilingHow =
    ceilingFrom === "capacity"
      ? `what left the full queue at capacity; ${byLatency} would be more, on an idle event loop`
      : byLatency;
  const queueFrom =
    advised.queue === settings.queue ? asMeasured(advice) : "the next power of two; not measured with it";
  return [
    ["export latency", `${plain(exportLatencyMs)} ms`, from],
    ["ceiling", `${plain(ceilingPerSecond)} spans/s`, ceilingHow],
    [
      "load",
      `${plain(loadPerSecond)} spans/s`,
      loadPerSecond > ceilingPerSecond ? `${used}: spans will be lost` : used,
    ],
    ...(neededForBurst === undefined
      ? []
      : [
          [
            "queue for the burst",
            `${countText(neededForBurst)} spans`,
            "what comes above the ceiling, and a batch",
          ] as const,
        ]),
    ...(neededForOutage === undefined
      ? []
      : [
          [
            "queue for the outage",
            `${countText(neededForOutage)} spans`,
            "load × outage and the wait for the next attempt, and a batch",
          ] as const,
        ]),
    ["queue to set", `${countText(advised.queue)} spans`, queueFrom],
    ["batch, delay", `${advised.batch} spans, ${formatDuration(advised.delayMs)}`, "as measured"],
  ];
}

/** Why the queue can stay. */
function asMeasured({ loadPerSecond, ceilingPerSecond, neededForBurst, neededForOutage }: BatchAdvice): string {
  if (loadPerSecond > ceilingPerSecond) return "as measured; above the ceiling a longer one only fills later";
  const asked = [
    ...(neededForBurst === undefined ? [] : ["the burst"]),
    ...(neededForOutage === undefined ? [] : ["the outage"]),
  ];
  return asked.length === 0
    ? "as measured: below the ceiling it does not fill"
    : `as measured: long enough for ${asked.join(" and ")}`;
}

/** `Measured, capacity phase: 8,400 spans/s against a ceiling of 25,600, 0 dropped: as expected.` */
function checkText({
  phase,
  loadPerSecond,
  ceilingPerSecond,
  queueFull,
  agrees,
}: BatchAdvice["checks"][number]): string {
  const outcome = agrees
    ? "as expected"
    : queueFull > 0
      ? "dropped below the ceiling: bursts, or an event loop too busy to export"
      : "none dropped above it: the flush overstates the latency of one export";
  return `Measured, ${phase} phase: ${plain(loadPerSecond)} spans/s against a ceiling of ${plain(ceilingPerSecond)}, ${countText(queueFull)} dropped by a full queue: ${outcome}.`;
}
