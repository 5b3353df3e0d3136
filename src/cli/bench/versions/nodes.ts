import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../base/cache-folder.ts";
import { UserError } from "../../../base/problem.ts";
import { readNodeVersion } from "../../../record/environment.ts";
import type { Note } from "../../terminal.ts";
import { installOnce, noteIfSlow, resolveVersion } from "./npm.ts";

/** The executable by version, such as `26.10.0`, in the order that was asked. */
export type Nodes = ReadonlyMap<string, string>;

/**
 * The Nodes that `--node` names by path or by version; a version is installed once. Throws a `UserError` for one that does
 * not exist or does not run, and if two are the same version. `isDry`: nothing is installed.
 */
export async function findNodes(asked: readonly string[], note: Note, isDry = false): Promise<Nodes> {
  const nodes = new Map<string, string>();
  for (const text of asked) {
    const found: Found = /[/\\]/.test(text) ? { path: text } : await findNode(text, note, isDry);
    const { path, version = (await readNodeVersion(path)).slice(1) } = found;
    if (nodes.has(version))
      throw new UserError(`--node "${text}": Node ${version} is there already; expected different versions`);
    nodes.set(version, path);
  }
  return nodes;
}

/** As a results file names them: `v22.23.3, v26.10.0`; the own one if none is asked for. */
export function nodesText(nodes: Nodes): string {
  return nodes.size === 0 ? process.version : [...nodes.keys()].map((version) => `v${version}`).join(", ");
}

/** `version`: of one that is not installed. */
interface Found {
  readonly path: string;
  readonly version?: string;
}

async function findNode(wanted: string, note: Note, isDry: boolean): Promise<Found> {
  const pathOf = (version: string): string =>
    join(cacheFolder(), "node", version, "node_modules", "node", "bin", "node");
  const exact = pathOf(wanted);
  if (/^\d+\.\d+\.\d+$/.test(wanted) && existsSync(exact)) return { path: exact };
  const answer = resolveVersion("--node", wanted, "node");
  const version = await noteIfSlow(note, `asking npm for Node ${wanted} …`, answer);
  const [path, folder] = [pathOf(version), join(cacheFolder(), "node", version)];
  if (existsSync(folder)) return { path };
  if (isDry) return { path, version };
  note(`installing Node ${version} …`);
  await installOnce(folder, { dependencies: { node: version } }, `--node "${wanted}"`);
  return { path };
}
