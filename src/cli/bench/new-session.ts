import { mkdirSync } from "node:fs";
import { rateOf } from "../../spec/phases.ts";
import { planOf, variantsOf } from "../../plan/plan.ts";
import { readEnvironment } from "../../record/environment.ts";
import { measuredCommit, UNKNOWN_NODE, type Environment } from "../../record/results.ts";
import { findPinning } from "../../run/processes/pinning.ts";
import { checkFiles } from "../../spec/check.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { readScenario } from "../../spec/read.ts";
import { checkSamplers, findOtels, packagesOf } from "./versions/otel.ts";
import { findNodes, nodesText } from "./versions/nodes.ts";
import { checkFolder, checkOutput } from "../output-file.ts";
import { checkDriver, checkRunning } from "./refusals.ts";
import { controlOf, overridesOf, type BenchOptions } from "./options.ts";
import type { Session } from "./session.ts";

/** What `bench` is asked to measure. Throws a `UserError` for every mistake that can be found before measuring. */
export async function newSession(scenarioName: string | undefined, options: BenchOptions): Promise<Session> {
  const asked = readScenario(scenarioName, overridesOf(options));
  const nodes = await findNodes(asked.nodes);
  const otels = await findOtels(asked.otels, nodes.size === 0 ? [process.versions.node] : [...nodes.keys()]);
  const resolved = { ...asked, otels: [...otels.keys()], nodes: [...nodes.keys()] };
  const variants = variantsOf(resolved);
  checkSamplers(otels, variants);
  // the results file records the rate, because a later version may choose another
  const sideBySide = variants.length * (options.base === undefined ? 1 : 2);
  const scenario = { ...resolved, costRatePerSecond: rateOf(resolved, "cost", sideBySide) };
  const read = await readEnvironment(nodesText(nodes), findPinning().pinning, serviceOf(scenario, scenarioName));
  const isRunning = scenario.target.kind.address !== undefined;
  const environment = {
    ...read,
    ...(otels.size > 0 && { otels: packagesOf(otels) }),
    ...(isRunning && { node: UNKNOWN_NODE, pinning: undefined }),
  };
  await checkFiles(scenario, process.cwd());
  checkDriver(scenario);
  checkRunning(scenario, options);
  const isDry = options.dryRun === true || options.check === true;
  const control = controlOf(scenario, options);
  const out = options.out ?? defaultOut(environment, isDry);
  if (options.out !== undefined || !isDry) checkOutput("--out", out, options.force);
  return { scenario, plan: planOf(scenario), environment, otels, nodes, out, ...control };
}

/** Where `command:` runs. Undefined for a target of Spantoll's own. */
function serviceOf({ target }: Scenario, scenario: string | undefined) {
  return target.kind.command === undefined ? undefined : { folder: process.cwd(), scenario };
}

/** `results/<UTC time>-<short commit>.json` in the current folder. */
function defaultOut(environment: Environment, isDry: boolean): string {
  const { startedAt } = environment;
  const { commit } = measuredCommit(environment);
  const out = `results/${startedAt.replaceAll(/[:.]/g, "-")}-${commit.slice(0, 7)}.json`;
  if (isDry) return out;
  checkFolder("--out", out);
  mkdirSync("results", { recursive: true });
  return out;
}
