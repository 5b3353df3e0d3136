import { figureText, type Figure } from "../format.ts";
import { METRIC } from "../metrics.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";
import { rateText } from "../title.ts";
import { figureColumn, metricTable, ratioColumn, savingColumn, verdictColumn } from "./columns.ts";

export function costTable(run: Run): Table[] {
  const about = `All variants side by side on one core, ${rateText(run, "cost")} to each; CPU of all threads, by the kernel's accounting, until after the final flush.`;
  return metricTable(run, { id: "cost", title: "CPU per request", about }, [
    figureColumn("cost", METRIC.cpu, "CPU/request", "µs", (figure) => figureText(figure)),
    ratioColumn("cost", METRIC.cpu, "against none"),
    verdictColumn("cost", METRIC.cpu),
    savingColumn("cost", METRIC.cpu),
  ]);
}

const inMegabytes = (figure: Figure): string => figureText(figure, 1e-6);

/** From the cost phase, or where that was not measured from another: then with CPU, which has no table of its own. */
export function resourceTable(run: Run): Table[] {
  const phase = (["cost", "latency", "capacity"] as const).find((one) => run.results.scenario.phases.includes(one));
  if (phase === undefined) return [];
  const cpu = [
    figureColumn(phase, METRIC.cpu, "CPU/request", "µs", (figure) => figureText(figure)),
    ratioColumn(phase, METRIC.cpu, "CPU against none"),
  ];
  const about = `The measured processes in the ${phase} phase: ${phase === "cost" ? "" : "CPU measured alone (side by side, with --phase cost, it is known far better), "}resident memory, heap after a garbage collection, GC in the window, span data on the wire; and the event loop's delay when alone.`;
  const title = phase === "cost" ? "Memory, wire and event loop" : "CPU, memory, wire and event loop";
  return metricTable(run, { id: "resources", title, about }, [
    ...(phase === "cost" ? [] : cpu),
    figureColumn(phase, METRIC.memory, "memory", "MB", inMegabytes),
    figureColumn(phase, METRIC.heap, "heap", "MB", inMegabytes),
    figureColumn(phase, METRIC.wire, "sent/request", "B", (figure) => figureText(figure)),
    figureColumn(phase, METRIC.gc, "GC", "ms", (figure) => figureText(figure)),
    // of another phase, and so of other rounds than its neighbours
    { ...figureColumn("latency", METRIC.loopDelay, "loop p99", "ms", (figure) => figureText(figure)), of: undefined },
  ]);
}

export function latencyTable(run: Run): Table[] {
  const about = `One variant alone, open loop at ${rateText(run)}; response time, counted from when a request was due.`;
  return metricTable(run, { id: "latency", title: "Latency", about }, [
    figureColumn("latency", METRIC.p50, "p50", "ms", (figure) => figureText(figure)),
    figureColumn("latency", METRIC.p99, "p99", "ms", (figure) => figureText(figure)),
    ratioColumn("latency", METRIC.p99, "p99 against none"),
    verdictColumn("latency", METRIC.p99),
  ]);
}

export function capacityTable(run: Run): Table[] {
  const connections = run.results.scenario.connections.capacity;
  const about = `One variant alone, closed loop over ${connections} connections: as many requests as it carries.`;
  return metricTable(run, { id: "capacity", title: "Capacity", about }, [
    figureColumn("capacity", METRIC.throughput, "throughput", "requests/s", (figure) => figureText(figure)),
    ratioColumn("capacity", METRIC.throughput, "against none"),
    verdictColumn("capacity", METRIC.throughput),
    figureColumn("capacity", METRIC.serviceP99, "p99", "ms", (figure) => figureText(figure)),
  ]);
}
