import { figureText } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";

const METRIC = "cpuNsPerOp";
const FAMILIES: Readonly<Record<string, Pick<Table, "title" | "about">>> = {
  span: {
    title: "Spans",
    about: "Recorded ones are decided on by always_on and end at a processor that does nothing.",
  },
  context: { title: "Context and propagation", about: "By the context manager and the propagators the SDK registers." },
  processor: { title: "Processors", about: "onEnd of a sampled span; what is exported is thrown away." },
  export: { title: "Exporters", about: "For each span of a batch of 512 with six attributes, without the network." },
  id: { title: "Ids", about: "By the SDK's generator; part of starting a span." },
};
const PARENTS: Readonly<Record<string, string>> = {
  root: "root",
  "sampled-parent": "sampled parent",
  "unsampled-parent": "unsampled parent",
};

/** Parts of tracing measured alone: a table a family, and one of all samplers by what they decide on. */
export function microTables(run: Run): Table[] {
  const parts = run.variants.filter(({ name }) => run.find("micro", name, METRIC) !== undefined);
  if (parts.length === 0) return [];
  const families = Map.groupBy(parts, ({ name }) => name.split("/")[0]!);
  return [
    ...[...families].flatMap(([family, own]) => (family in FAMILIES ? [plainTable(run, family, own)] : [])),
    ...(families.has("sampler") ? samplerTables(run, families.get("sampler")!) : []),
  ];
}

function plainTable(run: Run, family: string, parts: readonly ShownVariant[]): Table {
  return {
    id: `micro-${family}`,
    ...FAMILIES[family]!,
    columns: [{ title: "part", numeric: false }, COST],
    rows: parts.map(({ name }) => [{ text: name.slice(family.length + 1) }, cell(run, name)]),
    notes: [],
  };
}

const COST = { title: "CPU/operation", unit: "ns", numeric: true };

/** `sampler/ratio:0.1/root`: the sampler's spec may hold slashes, the last word is what it decides on. */
function samplerTables(run: Run, parts: readonly ShownVariant[]): Table[] {
  const lastOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
  const specOf = (name: string): string => name.slice("sampler/".length, name.lastIndexOf("/"));
  const decisions = parts.filter(({ name }) => lastOf(name) in PARENTS);
  const others = parts.filter(({ name }) => !(lastOf(name) in PARENTS));
  const rows = [...Map.groupBy(decisions, ({ name }) => specOf(name)).keys()].map((spec): Cell[] => [
    { text: spec },
    ...Object.keys(PARENTS).map((parent) => cell(run, `sampler/${spec}/${parent}`)),
  ]);
  return [
    {
      id: "micro-sampler",
      title: "Samplers",
      about: "One decision, on a root and on the span of a request whose trace is sampled or not.",
      columns: [
        { title: "sampler", numeric: false },
        ...Object.values(PARENTS).map((title) => ({ title, unit: "ns", numeric: true })),
      ],
      rows,
      notes: others.map(
        ({ name }) =>
          `${specOf(name)} besides holds each span back until its trace is complete: ${cell(run, name).text} ns.`,
      ),
    },
  ];
}

function cell(run: Run, name: string): Cell {
  const estimate = run.find("micro", name, METRIC);
  if (estimate === undefined) return { text: "–" };
  const doubtful = estimate.low === undefined ? { tone: "doubtful" as const } : {};
  return { text: figureText(estimate), value: estimate.center, ...doubtful };
}
