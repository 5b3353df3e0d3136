import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { UserError } from "../../../base/problem.ts";
import type { Note } from "../../terminal.ts";

const REASON = /^npm (?:error|ERR!) (?:(?:\d{3}|notarget) )?(?!code |errno |syscall |A complete log)(\S.*)$/m;
const NO_MATCH = /^npm (?:error|ERR!) (?:404 )?No match found for version/m;
const UNKNOWN = /^npm (?:error|ERR!) code (?:E404|ETARGET|EINVALIDTAGNAME|EINVALIDPACKAGENAME|EUNSUPPORTEDPROTOCOL)$/m;
const ANSWERED = /^npm (?:error|ERR!) code E\d{3}$/m;
/** Its reasons are read, also under `npm run -s`, which would silence it. */
const ALWAYS = ["--fetch-retries=1", "--fetch-timeout=20000", "--loglevel=error"];

/**
 * The newest version of a package that a version, tag or range stands for. Without a network, as npm last saw it.
 * Throws a `UserError` with npm's reason.
 */
export async function resolveVersion(option: string, wanted: string, name: string): Promise<string> {
  const { failed, stdout, stderr } = await view([`${name}@${wanted}`, "version"]);
  if (failed || stdout.trim() === "")
    throw new UserError(`${option} "${wanted}": ${reasonOf(stderr) ?? `no version of ${name}`}`);
  const found = [JSON.parse(stdout) as string | string[]].flat();
  const released = found.filter((version) => !version.includes("-"));
  return (released.length > 0 ? released : found).toSorted(byNumber).at(-1)!;
}

const SLOW_MS = 5000;

/** The answer; if it takes long, `text` is noted meanwhile, so that a mistake that is found at once is one line. */
export async function noteIfSlow<T>(note: Note, text: string, answer: Promise<T>, slowMs = SLOW_MS): Promise<T> {
  const timer = setTimeout(() => note(text), slowMs);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

interface Published {
  readonly name?: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The published versions of a package with these fields, newest first; none if none is in the range. Without a network, as npm last saw them. Throws a `UserError` with npm's reason. */
export async function findPublished(name: string, range: string, fields: readonly string[]): Promise<Published[]> {
  const { failed, stdout, stderr } = await view([`${name}@${range}`, "version", ...fields]);
  if (failed ? NO_MATCH.test(stderr) : stdout.trim() === "") return [];
  if (failed) throw new UserError(`${name}: ${reasonOf(stderr) ?? "npm view failed"}`);
  const published = [JSON.parse(stdout) as Published | Published[]].flat();
  return published.toSorted((a, b) => byNumber(b.version, a.version));
}

/**
 * Installs the packages of a manifest into `folder`, unless an earlier run has. The lock file stays beside them.
 * Throws a `UserError` with npm's reason.
 */
export async function installOnce(folder: string, packages: object, what: string): Promise<void> {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-unfinished-`);
  try {
    // npm asks which packages may run scripts at installation; Node's puts the binary in place
    const manifest = { private: true, ...packages, allowScripts: { node: true, protobufjs: false } };
    writeFileSync(join(unfinished, "package.json"), JSON.stringify(manifest));
    // without a network, npm would wait minutes for each package that it has not cached
    const unreachable = await unreachableReason();
    const cached = unreachable === undefined ? [] : ["--offline"];
    const { failed, stderr } = await npm(["install", "--prefix", unfinished, "--no-audit", "--no-fund", ...cached]);
    if (failed) throw new UserError(`${what}: ${unreachable ?? reasonOf(stderr) ?? "npm install failed"}`);
    renameSync(unfinished, folder);
  } catch (error) {
    // another run was faster
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Why the registry cannot be reached; undefined if it answers, be it with an error. */
async function unreachableReason(): Promise<string | undefined> {
  const { failed, stderr } = await npm(["ping", "--fetch-retries=0"]);
  if (!failed || ANSWERED.test(stderr)) return undefined;
  return reasonOf(stderr) ?? "npm cannot reach its registry";
}

export function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** What npm says of a package; without a network, what it said last. */
async function view(words: readonly string[]) {
  const args = ["view", ...words, "--json"];
  const online = await npm(args);
  if (!online.failed || UNKNOWN.test(online.stderr)) return online;
  const offline = await npm([...args, "--offline"]);
  return offline.failed ? online : offline;
}

function npm(args: readonly string[]) {
  return execa("npm", [...ALWAYS, ...args], { reject: false, stdin: "ignore" });
}

/** npm's first sentence; of packages that do not fit together also which. */
export function reasonOf(stderr: string): string | undefined {
  const conflict = [/Found: \S+/, /peer \S.* from \S+/].flatMap((part) => part.exec(stderr)?.[0] ?? []);
  const reason = REASON.exec(stderr)?.[1]!.trim();
  return reason && [reason, ...(reason.startsWith("ERESOLVE") ? conflict : [])].join("; ");
}
