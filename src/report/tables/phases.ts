import { METRIC } from "../metrics.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";
import { rateText } from "../headline.ts";
import { columnsOf, metricTable } from "./columns.ts";

export function costTable(run: Run): Table[] {
  const cpu = columnsOf("cost", METRIC.cpu);
  const about = `All variants side by side on one core, ${rateText(run, "cost")} to each. CPU of all threads until after the final flush, by the kernel's accounting.`;
  return metricTable(run, { id: "cost", title: "CPU per request", about, phase: "cost" }, [
    cpu.figure("CPU/request", "µs"),
    cpu.difference("µs"),
    cpu.change(),
    cpu.verdict(),
    cpu.change(`against ${referenceLabel(run)}`, "reference"),
  ]);
}

function referenceLabel({ variants }: Run): string {
  const labels = variants.filter(({ role }) => role === "reference").map(({ variant }) => variant.sampler.text);
  return labels[0] ?? "always_on";
}

export function latencyTable(run: Run): Table[] {
  const [p50, p99] = [columnsOf("latency", METRIC.p50), columnsOf("latency", METRIC.p99)];
  const about = `One variant alone, open loop at ${rateText(run, "latency")}. Response time, counted from when a request was due.`;
  return metricTable(run, { id: "latency", title: "Latency", about, phase: "latency" }, [
    p50.figure("p50", "ms"),
    p99.figure("p99", "ms"),
    p99.change("p99 against none"),
    p99.verdict(),
  ]);
}

export function capacityTable(run: Run): Table[] {
  const throughput = columnsOf("capacity", METRIC.throughput);
  const about = `One variant alone, closed loop over ${run.results.scenario.connections.capacity} connections: as many requests as it carries.`;
  return metricTable(run, { id: "capacity", title: "Capacity", about, phase: "capacity" }, [
    throughput.figure("throughput", "requests/s"),
    throughput.change(),
    throughput.verdict(),
    columnsOf("capacity", METRIC.serviceP99).figure("p99", "ms"),
  ]);
}

/** Of the cost phase; without it of another phase, with CPU, which has no table then. */
export function resourceTable(run: Run): Table[] {
  const phase = (["cost", "latency", "capacity"] as const).find((one) => run.results.scenario.phases.includes(one));
  if (phase === undefined) return [];
  const cpu = columnsOf(phase, METRIC.cpu);
  const alone = phase === "cost" ? "" : " CPU measured alone is less precise than side by side (--phase cost).";
  return metricTable(
    run,
    {
      id: "resources",
      title: "Memory, wire and event loop",
      about: `The targets in the ${phase} phase: resident memory, heap after a garbage collection, GC in the window, span data on the wire; event-loop delay in the latency phase.${alone}`,
    },
    [
      ...(phase === "cost" ? [] : [cpu.figure("CPU/request", "µs"), cpu.change("CPU against none")]),
      columnsOf(phase, METRIC.memory).figure("memory", "MB", 1e-6),
      columnsOf(phase, METRIC.heap).figure("heap", "MB", 1e-6),
      columnsOf(phase, METRIC.wire).figure("sent/request", "B"),
      columnsOf(phase, METRIC.gc).figure("GC", "ms"),
      columnsOf("latency", METRIC.loopDelay).figure("loop p99", "ms"),
    ],
  );
}
