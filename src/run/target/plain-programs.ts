import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { dirname, extname, join } from "node:path";
import { execa } from "execa";
import { UserError } from "../../base/problem.ts";
import type { Setting } from "../setting.ts";
import { entryPath, preloadPath, type Programs } from "../../target/paths.ts";

const ownRoot = dirname(dirname(dirname(preloadPath)));
const built = new Map<string, Promise<Programs>>();
const CONFIG = "tsconfig.target.json";

/**
 * The two programs of `paths.ts` as JavaScript for every Node that OpenTelemetry's SDK runs on: those that are published; in
 * development they are built if a source has changed, for a checkout at `root` too. Not as TypeScript: what Node needs to read
 * that takes 12 MB in each thread, and the control thread collected it at the opening of the window. Rejects with a
 * `UserError` if they cannot be built.
 */
export function plainPrograms(root = ownRoot): Promise<Programs> {
  const programs = built.get(root) ?? programsAt(root);
  built.set(root, programs);
  return programs;
}

async function programsAt(root: string): Promise<Programs> {
  return root === ownRoot && extname(preloadPath) === ".js" ? { preloadPath, entryPath } : build(root);
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
  const copy = join(folder, `spantoll-${hashOf(source, files)}`);
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(join(folder, "spantoll-unfinished-"));
    for (const file of files) cpSync(join(source, file), join(unfinished, file));
    finish(unfinished, copy);
  }
  return programsOf(copy);
}

async function build(root: string): Promise<Programs> {
  const sources = ["tsconfig.json", CONFIG, ...globSync("src/{base,target}/**/*.ts", { cwd: root }).toSorted()];
  const cache = join(root, "node_modules", ".cache");
  const folder = join(cache, `spantoll-target-${hashOf(root, sources)}`);
  if (!existsSync(folder)) await compile(root, cache, folder);
  return programsOf(folder);
}

function programsOf(folder: string): Programs {
  return { preloadPath: join(folder, "target", "preload.js"), entryPath: join(folder, "target", "entry.js") };
}

async function compile(root: string, cache: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, "spantoll-unfinished-"));
  const compiler = join(root, "node_modules", ".bin", "tsc");
  const { exitCode, all } = await execa(compiler, ["-p", join(root, CONFIG), "--outDir", unfinished, "--noCheck"], {
    all: true,
    reject: false,
  });
  if (exitCode !== 0) {
    rmSync(unfinished, { recursive: true });
    throw new UserError(
      `${root}: what runs in a service could not be built: ${all.split("\n")[0]}; install the packages for development too: npm ci --include=dev`,
    );
  }
  finish(unfinished, folder);
}

/** Of the files' names and contents. */
function hashOf(folder: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 16);
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
