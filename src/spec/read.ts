import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { mistakeIn, readJson } from "../base/document.ts";
import { didYouMean, UserError } from "../base/problem.ts";
import { Spec } from "../base/registry.ts";
import { listScenarios, scenarioPath } from "./library.ts";
import { eachPhase, FURTHER_COST, phaseRow, type Phase } from "./phases.ts";
import { sharesProcesses } from "./shared-processes.ts";
import {
  collectorSpec,
  samplerSpec,
  scenarioTextSchema,
  type Scenario,
  type ScenarioRead,
  type ScenarioText,
} from "./scenario.ts";
import { checkWorkload } from "./workload.ts";

/** Options of the command line: a scenario's fields, each known to the user by the option it came from. */
export interface Overrides {
  readonly fields: Partial<Record<keyof ScenarioText, unknown>>;
  /** Few and short rounds: numbers in under a minute, without verdicts. */
  readonly quick: boolean;
  /** If neither an option nor the scenario names phases. */
  readonly usualPhases?: readonly Phase[];
}

/** Fields that list several values, and the option that is repeated for each. */
export const REPEATED = {
  samplers: "sampler",
  instrumentations: "instrumentation",
  processors: "processor",
  exporters: "exporter",
  backends: "backend",
  collectors: "collector",
  otels: "otel",
  nodes: "node",
  phases: "phase",
} as const satisfies Partial<Record<keyof ScenarioText, string>>;

function optionOf(field: keyof ScenarioText): string {
  const repeated: Partial<Record<keyof ScenarioText, string>> = REPEATED;
  return `--${repeated[field] ?? field.replaceAll(/[A-Z]/g, "-$&").toLowerCase()}`;
}

/** Whether the windows are those of `--quick`, all of them or those that no option has set. */
export function isQuick({ durationMs, warmupMs }: Pick<Scenario, "durationMs" | "warmupMs">): boolean {
  const duration = eachPhase(({ quick }) => quick.durationMs);
  const warmup = eachPhase(({ quick }) => quick.warmupMs);
  return isDeepStrictEqual(durationMs, duration) || isDeepStrictEqual(warmupMs, warmup);
}

/** What three minutes give with three variants. */
const ROUNDS = { full: 5, shared: 6, quick: 2 };

/**
 * Reads a scenario by name or file, lays the command line's options over it, and validates.
 * Throws one `UserError` with all mistakes.
 */
export function readScenario(nameOrFile: string | undefined, overrides: Overrides): Scenario {
  const path = locate(nameOrFile ?? "default");
  const fromFile = readFields(path);
  const usual = overrides.usualPhases && { phases: overrides.usualPhases };
  const merged = { ...usual, ...fromFile, ...overrides.fields };
  refuseBesidePairs(path, fromFile, overrides);
  const result = scenarioTextSchema.safeParse(merged);
  if (!result.success) {
    throw new UserError(result.error.issues.map((issue) => describe(issue, path, overrides, merged)));
  }
  const { costRate } = overrides.fields as { readonly costRate?: string | string[] };
  if (costRate !== undefined && !result.data.phases.includes("cost"))
    throw new UserError(`--cost-rate "${String(costRate)}": expected none without --phase cost`);
  // a service that runs already may have other users: full speed only if it is named
  const isGentle = result.data.target.kind.address !== undefined && !("phases" in merged);
  const phases = result.data.phases.filter((phase) => !isGentle || phaseRow(phase).loop === "open");
  const scenario = settle(path, { ...result.data, phases }, overrides.quick);
  const mistakes = checkWorkload(scenario);
  if (mistakes.length > 0) throw new UserError(mistakes.map((mistake) => `scenario ${scenario.name}: ${mistake}`));
  return scenario;
}

/** A scenario that no file has, of fields that are right. */
export function scenarioOfFields(name: string, fields: ScenarioText): Scenario {
  return settle(name, scenarioTextSchema.parse(fields), false);
}

/** For each option that stands in place of a list of this scenario, a line with what is not measured because of it. */
export function replacedLists(nameOrFile: string, { fields }: Pick<Overrides, "fields">): string[] {
  const path = locate(nameOrFile);
  const fromFile = readFields(path);
  return (Object.keys(REPEATED) as (keyof typeof REPEATED)[]).flatMap((field) => {
    const [own, given] = [fromFile[field], fields[field]].map((list) => canonical(field, [list ?? []].flat()));
    const dropped = own!.filter((value) => !given!.includes(value));
    if (given!.length === 0 || dropped.length === 0) return [];
    return [`${optionOf(field)} replaces ${field} of ${path}: ${dropped.join(", ")} is not measured`];
  });
}

/** The values in the spelling of plans: `ratio:10%` is `ratio:0.1`. As they are if they have none. */
function canonical(field: keyof typeof REPEATED, values: readonly unknown[]): string[] {
  const { data = values } = scenarioTextSchema.shape[field].safeParse(values);
  return data.map((value) => (value instanceof Spec ? value.text : String(value)));
}

/** A list of pairs stands in place of samplers and Collectors. */
function refuseBesidePairs(path: string, fromFile: Record<string, unknown>, { fields }: Overrides): void {
  if (fromFile["variants"] === undefined) return;
  for (const field of ["samplers", "collectors"] as const) {
    if (field in fields)
      throw new UserError(
        `${optionOf(field)} "${String(fields[field])}": expected none, because the scenario lists its variants; change them in a copy of ${path}`,
      );
    if (field in fromFile) throw new UserError(`${path}: ${field}: expected no ${field} beside variants`);
  }
}

function locate(nameOrFile: string): string {
  if (nameOrFile.endsWith(".json")) return nameOrFile;
  const path = scenarioPath(nameOrFile);
  if (path !== undefined) return path;
  const names = listScenarios().map((scenario) => scenario.name);
  const own = `${nameOrFile}.json`;
  const near = existsSync(own) ? ` (did you mean "${own}"?)` : didYouMean(nameOrFile, names);
  throw new UserError(`unknown scenario "${nameOrFile}"${near}; expected a .json file or one of ${names.join(", ")}`);
}

function readFields(path: string): Record<string, unknown> {
  const value = readJson(path);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UserError(`"${path}": expected an object of scenario fields`);
}

/** One mistake: the option or the place in the file, the value, and what was expected. */
function describe(issue: z.core.$ZodIssue, path: string, { fields }: Overrides, merged: unknown): string {
  const [field] = issue.path as (keyof ScenarioText)[];
  const isOption = field !== undefined && field in fields;
  const where = isOption ? optionOf(field) : `${path}: ${issue.path.join(".") || "the scenario"}`;
  return mistakeIn(issue, merged, scenarioTextSchema, where);
}

/** One core takes it from three variants of a service of 1 ms. */
const USUAL_RATE_PER_SECOND = 600;

/** Fills in what depends on other fields, and turns units into the code's. */
function settle(path: string, read: ScenarioRead, quick: boolean): Scenario {
  const size = quick ? "quick" : "full";
  const { duration, warmup, rate, costRate = [], connections, timeout, incident, $schema: _schema, ...rest } = read;
  const [phase, ...others] = read.phases;
  const { warmupLeast } = phaseRow("cost");
  const axes = { ...axesOf(read), ...(read.target.kind.address && AS_IT_RUNS) };
  const usualRounds = !quick && sharesProcesses({ ...read, ...axes }) ? ROUNDS.shared : ROUNDS[size];
  const rounds = read.rounds ?? (others.length === 0 && !quick ? phaseRow(phase!).roundsAlone : usualRounds);
  const [costRatePerSecond, ...further] = costRate;
  const atFurther = read.phases.includes("cost") ? FURTHER_COST.slice(0, further.length) : [];
  return {
    ...rest,
    ...axes,
    phases: [...read.phases, ...atFurther],
    name: path.replace(/^.*[/\\]/, "").replace(/\.json$/, ""),
    ...(incident && {
      incident: { atMs: incident.at, route: incident.route, class: incident.class, share: incident.share },
    }),
    rounds,
    maxRounds: Math.max(rounds, read.maxRounds ?? 3 * rounds),
    durationMs: eachPhase((row) => duration ?? row[size].durationMs),
    warmupMs: eachPhase((row) => warmup ?? row[size].warmupMs),
    ...(warmup === undefined && !quick && { warmupLeast }),
    ratePerSecond: rate ?? read.target.kind.usualRatePerSecond?.(read.target.config) ?? USUAL_RATE_PER_SECOND,
    ...(costRatePerSecond !== undefined && { costRatePerSecond }),
    ...(atFurther.length > 0 && { furtherCostRatesPerSecond: further }),
    connections: eachPhase((row) => connections ?? row.connections),
    timeoutMs: timeout,
  };
}

/** A service that runs already has no variants. */
const AS_IT_RUNS = {
  samplers: [samplerSpec.parse("none")],
  collectors: [collectorSpec.parse("none")],
  variants: [],
  instrumentations: [],
  otels: [],
  nodes: [],
  reference: false,
};

/** The samplers and Collectors of the scenario's pairs, if it lists such. */
function axesOf({ variants, samplers, collectors }: ScenarioRead): Pick<Scenario, "samplers" | "collectors"> {
  if (variants.length === 0) return { samplers, collectors };
  const distinct = <S extends { readonly text: string }>(specs: readonly S[]): S[] => [
    ...new Map(specs.map((spec) => [spec.text, spec])).values(),
  ];
  return {
    samplers: distinct(variants.map(({ sampler }) => sampler)),
    collectors: distinct(variants.map(({ collector }) => collector)),
  };
}
