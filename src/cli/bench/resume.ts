import { existsSync } from "node:fs";
import { UserError } from "../../base/problem.ts";
import { readEnvironment } from "../../record/environment.ts";
import { readResults } from "../../record/file.ts";
import { isResumable, journalPath, readJournal, refuseRunning } from "../../record/journal.ts";
import { UNKNOWN_NODE, type Environment } from "../../record/results.ts";
import { lacksSecrets } from "../../record/secrets.ts";
import { findPinning } from "../../run/processes/pinning.ts";
import { noteOf } from "../terminal.ts";
import { controlOf, overridesOf, type BenchOptions } from "./options.ts";
import type { Session } from "./session.ts";
import { findOtels } from "./versions/otel.ts";
import { findNodes, nodesText } from "./versions/nodes.ts";

/**
 * The rest of an interrupted run. Throws a `UserError` if there is none, if commit, Spantoll, Node or CPU changed since, or
 * if the options ask for something else.
 */
export async function resumedSession(
  file: string,
  scenarioName: string | undefined,
  options: BenchOptions,
): Promise<Session> {
  const { node = [], ...others } = options;
  const { fields, quick } = overridesOf(others);
  if (scenarioName !== undefined || quick || options.out || options.base || Object.keys(fields).length > 0)
    refuse(file, "continues the run as planned; leave out scenario and measuring options");
  const out = file.replace(/\.journal\.jsonl$/, ".json");
  refuseRunning(out);
  const journal = readJournal(file);
  const found = journal ?? (existsSync(file) ? readResults(file) : undefined);
  const run = found ?? refuse(file, "no results file or journal has that name");
  const { environment, scenario, plan, records } = run;
  if (!isResumable(run)) refuse(file, "only plain runs of bench can be resumed; measure again");
  if (journal === undefined && "ending" in found! && found.ending === "completed")
    refuse(file, "already complete; for more rounds, give bench the same options and --rounds");
  if (lacksSecrets({ scenario, plan }))
    refuse(
      file,
      `a results file has no secrets and only hashes of the bodies of requests, and ${journalPath(out)} is gone; measure again`,
    );
  const nodes = await findNodes(node, noteOf(options));
  const otels = await findOtels(scenario.otels, [...nodes.keys()], noteOf(options));
  const now = await readEnvironment(
    nodesText(nodes),
    findPinning().pinning,
    scenario.target.kind.command && { folder: process.cwd() },
  );
  const changes = changesOf(environment, now);
  if (changes.length > 0) refuse(file, `${changes.join("; ")}; go back to that, or measure again`);
  const parts = [environment, now];
  const notes = parts.some(({ dirty, service }) => dirty || service?.dirty === true) ? [DIRTY] : [];
  if (journal !== undefined && journal.damagedLines.length > 0)
    notes.push(`journal: damaged lines ${journal.damagedLines.join(", ")}; their trials are measured again`);
  for (const note of notes) process.stderr.write(`${note}\n`);
  return { environment, scenario, plan, otels, nodes, out, notes, earlier: records, ...controlOf(scenario, options) };
}

function refuse(file: string, reason: string): never {
  throw new UserError(`--resume "${file}": ${reason}`);
}

const DIRTY = "resumed with uncommitted changes: both parts may have measured different code";

function changesOf(then: Environment, now: Environment): string[] {
  const serviceOf = ({ service }: Environment): string => service?.commit.slice(0, 7) ?? "";
  const compared: readonly (readonly [what: string, then: string, now: string])[] = [
    ["commit of the service", serviceOf(then), now.service === undefined ? serviceOf(then) : serviceOf(now)],
    ["commit", then.commit.slice(0, 7), now.commit.slice(0, 7)],
    ["Spantoll", then.spantoll, now.spantoll],
    ["Node", then.node, then.node === UNKNOWN_NODE ? UNKNOWN_NODE : now.node],
    ["CPU", then.cpu.model, now.cpu.model],
  ];
  return compared.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what} ${a}, now ${b}`);
}
