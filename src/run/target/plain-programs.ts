import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { dirname, extname, join } from "node:path";
import { execa } from "execa";
import type { Setting } from "../setting.ts";
import { entryPath, preloadPath, type Programs } from "../../target/paths.ts";

const ownRoot = dirname(dirname(dirname(preloadPath)));
const built = new Map<string, Promise<Programs>>();

/**
 * The two programs of `paths.ts` as JavaScript for every Node that OpenTelemetry's SDK runs on: those that are published; in
 * development they are built if a source is newer, for a checkout at `root` too. Not as TypeScript: what Node needs to read that
 * takes 12 MB in each thread, and the control thread collected it at the opening of the window. Rejects if they cannot
 * be built.
 */
export function plainPrograms(root = ownRoot): Promise<Programs> {
  const known = built.get(root);
  if (known) return known;
  const programs = root === ownRoot && extname(preloadPath) === ".js" ? { preloadPath, entryPath } : build(root);
  built.set(root, Promise.resolve(programs));
  return built.get(root)!;
}

/** Builds and copies what the processes of a run load, so that no start waits for it. */
export async function preparePrograms({ otels, special, scenario: { target } }: Setting): Promise<void> {
  await plainPrograms();
  for (const folder of otels?.values() ?? []) await programsIn(folder);
  if (target.kind.command !== undefined) return;
  for (const { root } of special?.values() ?? []) await plainPrograms(root);
}

/** The same two programs among the packages of `folder`, so that they load these. */
export async function programsIn(folder: string): Promise<Programs> {
  const source = dirname(dirname((await plainPrograms()).preloadPath));
  const files = globSync("{base,target}/**/*.js", { cwd: source }).toSorted();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(source, file)));
  const copy = join(folder, `spantoll-${hash.digest("hex").slice(0, 16)}`);
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(join(folder, "spantoll-unfinished-"));
    for (const file of files) cpSync(join(source, file), join(unfinished, file));
    finish(unfinished, copy);
  }
  return { preloadPath: join(copy, "target", "preload.js"), entryPath: join(copy, "target", "entry.js") };
}

async function build(root: string): Promise<Programs> {
  const source = join(root, "src");
  const sources = globSync("{base,target}/**/*.ts", { cwd: source }).toSorted();
  const state = sources.map((path) => `${path} ${statSync(join(source, path)).mtimeMs}`).join("\n");
  const cache = join(root, "node_modules", ".cache");
  const folder = join(cache, `spantoll-target-${createHash("sha256").update(state).digest("hex").slice(0, 16)}`);
  const program = (name: string): string => join(folder, "target", name);
  if (!existsSync(folder)) await compile(root, cache, folder);
  return { preloadPath: program("preload.js"), entryPath: program("entry.js") };
}

async function compile(root: string, cache: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, "spantoll-unfinished-"));
  const compiler = join(root, "node_modules", ".bin", "tsc");
  await execa(compiler, ["-p", join(root, "tsconfig.target.json"), "--outDir", unfinished]);
  finish(unfinished, folder);
}

function finish(unfinished: string, folder: string): void {
  // the package's own does not hold here
  writeFileSync(join(unfinished, "package.json"), `{"type":"module"}`);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    // another process was faster
    if (!existsSync(folder)) throw error;
  }
}
