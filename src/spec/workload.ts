import { relative } from "node:path";
import { didYouMean } from "../base/problem.ts";
import type { RequestTemplate } from "../target/services/target-kind.ts";
import { scenarioPath } from "./library.ts";
import { requestMistakes } from "./request-mistakes.ts";
import type { SamplerSpec, Scenario } from "./scenario.ts";

/** What a scenario says of its traffic. */
export type Workload = Pick<Scenario, "target" | "requests" | "classes" | "incident">;

/**
 * The requests a scenario sends, with weights that make up the asked shares of each class.
 * Classes that the scenario does not name share what is left, in the proportions of their own weights.
 */
export function requestsOf(scenario: Workload): RequestTemplate[] {
  const templates: readonly RequestTemplate[] =
    scenario.requests.length > 0 ? (scenario.requests as RequestTemplate[]) : scenario.target.kind.requests;
  const asked = scenario.classes;
  const totals = new Map<string, number>();
  for (const { class: name, weight } of templates) totals.set(name, (totals.get(name) ?? 0) + weight);
  const askedShare = Object.values(asked).reduce((sum, value) => sum + value, 0);
  const othersWeight = [...totals].reduce((sum, [name, weight]) => (name in asked ? sum : sum + weight), 0);
  return templates
    .map((template) => {
      const classWeight = totals.get(template.class)!;
      const share =
        template.class in asked ? asked[template.class]! : ((1 - askedShare) * classWeight) / (othersWeight || 1);
      return { ...template, weight: (share * template.weight) / classWeight };
    })
    .filter((template) => template.weight > 0);
}

/**
 * The share of the requests that a sampler keeps; undefined if it is not known beforehand. An incident changes the mix
 * within the window, so then all requests must have the same share.
 */
export function keptShareOf(scenario: Workload, { kind, config }: SamplerSpec): number | undefined {
  const requests = requestsOf(scenario);
  const shares = requests.map(({ parent }) => kind.probability?.(config, parent?.sampled));
  const [first] = shares;
  if (shares.every((share) => share === first)) return first;
  if (scenario.incident !== undefined || shares.includes(undefined)) return undefined;
  const total = requests.reduce((sum, { weight }) => sum + weight, 0);
  return requests.reduce((sum, { weight }, at) => sum + weight * shares[at]!, 0) / total;
}

/** Whether the sampler's share depends on what callers of other processes decided. */
export function followsCallers({ kind, config }: SamplerSpec): boolean {
  return kind.probability?.(config, 0) !== kind.probability?.(config, 1);
}

/**
 * The inclusion probability of every trace, as far as the service knows it. Undefined also if the sampler follows a
 * caller: what share of the callers is sampled is then known to the spans' tracestate alone.
 */
export function inclusionOf(scenario: Workload, sampler: SamplerSpec): number | undefined {
  const hasCallers = requestsOf(scenario).some(({ parent }) => parent !== undefined);
  return hasCallers && followsCallers(sampler) ? undefined : sampler.kind.probability?.(sampler.config);
}

/** What is wrong with a scenario's traffic, in words; empty if nothing is. */
export function checkWorkload(scenario: Workload & Pick<Scenario, "phases">): string[] {
  const { kind } = scenario.target;
  const templates = scenario.requests.length > 0 ? scenario.requests : kind.requests;
  if (kind.name === "observed") return [`target "${scenario.target.text}": it is measured by observe only`];
  if (templates.length === 0)
    return [
      `target "${scenario.target.text}" is a service of yours: "requests" in a scenario file must say what to send it; ${template()} is one to copy`,
    ];
  const classes = new Set(templates.map((template) => template.class));
  const routes = new Set(templates.map((template) => template.route));
  const mistakes: string[] = [];
  for (const name of Object.keys(scenario.classes)) {
    if (!classes.has(name))
      mistakes.push(
        `classes: no request is of class "${name}"${didYouMean(name, classes)}; there are ${[...classes].join(", ")}`,
      );
  }
  const total = Object.values(scenario.classes).reduce((sum, value) => sum + value, 0);
  if (total > 1 + 1e-9) mistakes.push(`classes: the shares add up to ${total}; expected at most 1`);
  mistakes.push(...requestMistakes(scenario));
  if (scenario.incident !== undefined) {
    const { route, class: name } = scenario.incident;
    if (!routes.has(route))
      mistakes.push(
        `incident.route: no request is to "${route}"${didYouMean(route, routes)}; there are ${[...routes].join(", ")}`,
      );
    if (!classes.has(name))
      mistakes.push(`incident.class: no request is of class "${name}"${didYouMean(name, classes)}`);
  }
  return mistakes;
}

/** The scenario file for a service of the user's own, from where the user is. */
function template(): string {
  return relative(process.cwd(), scenarioPath("own-service")!);
}
