import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../base/cache-folder.ts";
import { UserError } from "../../../base/problem.ts";
import { readNodeVersion } from "../../../record/environment.ts";
import type { Note } from "../../terminal.ts";
import { installOnce, resolveVersion } from "./npm.ts";

/** The executable by version, such as `26.10.0`, in the order that was asked. */
export type Nodes = ReadonlyMap<string, string>;

/**
 * The Nodes that `--node` names by path or by version; a version is installed once. Throws a `UserError` for one that does
 * not exist or does not run, and if two are the same version. `isDry`: nothing is installed.
 */
export async function findNodes(asked: readonly string[], note: Note, isDry = false): Promise<Nodes> {
  const nodes = new Map<string, string>();
  for (const text of asked) {
    const isPath = /[/\\]/.test(text);
    const version = isPath ? (await readNodeVersion(text)).slice(1) : await findVersion(text, note, isDry);
    if (nodes.has(version))
      throw new UserError(`--node "${text}": Node ${version} is there already; expected different versions`);
    nodes.set(version, isPath ? text : join(folderOf(version), "node_modules", "node", "bin", "node"));
  }
  return nodes;
}

/** As a results file names them: `v22.23.3, v26.10.0`; the own one if none is asked for. */
export function nodesText(nodes: Nodes): string {
  return nodes.size === 0 ? process.version : [...nodes.keys()].map((version) => `v${version}`).join(", ");
}

async function findVersion(wanted: string, note: Note, isDry: boolean): Promise<string> {
  if (/^\d+\.\d+\.\d+$/.test(wanted) && existsSync(folderOf(wanted))) return wanted;
  note(`asking npm for Node ${wanted} …`);
  const version = await resolveVersion("--node", wanted, "node");
  if (isDry || existsSync(folderOf(version))) return version;
  note(`installing Node ${version} …`);
  await installOnce(folderOf(version), { dependencies: { node: version } }, `--node "${wanted}"`);
  return version;
}

function folderOf(version: string): string {
  return join(cacheFolder(), "node", version);
}
