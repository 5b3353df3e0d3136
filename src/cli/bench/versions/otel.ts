import { existsSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheFolder } from "../../../base/cache-folder.ts";
import { UserError } from "../../../base/problem.ts";
import { withNested } from "../../../base/registry.ts";
import type { SamplerSpec } from "../../../spec/scenario.ts";
import type { Note } from "../../terminal.ts";
import { byNumber, findPublished, installOnce, noteIfSlow, resolveVersion } from "./npm.ts";

/** The folder of packages by version of the SDK, such as `3.1.1`, in the order that was asked. */
export type Otels = ReadonlyMap<string, string>;

const OTEL = "@opentelemetry/";
const PROTO = `${OTEL}exporter-trace-otlp-proto`;
const AUTO = `${OTEL}auto-instrumentations-node`;
/** What the target's programs need other than OpenTelemetry: the same version in each folder. */
const COMMON = ["@fastify/otel", "express", "fastify", "leven", "zod"];
/** Before 2.9.0 its package is `sdk-trace-base`, which is installed under the name that all later versions have. */
const SDK = `${OTEL}sdk-trace`;
const OLD_SDK = `${OTEL}sdk-trace-base`;
/** Not every line has them. */
const SAMPLERS = ["sampler-composite", "sampler-jaeger-remote"];
const FIRST = "2.0.0";
const FIRST_NODE_OF_3 = "22.15.0";

/**
 * The versions of OpenTelemetry's SDK that `--otel` names, each installed once with the exporters and instrumentations made
 * for it. Throws a `UserError` for one that does not exist, does not fit together or does not run on these Nodes. `isDry`:
 * nothing is installed.
 */
export async function findOtels(
  asked: readonly string[],
  nodes: readonly string[],
  note: Note,
  isDry = false,
): Promise<Otels> {
  const otels = new Map<string, string>();
  for (const text of asked) {
    const version = existsSync(folderOf(text))
      ? text
      : await noteIfSlow(
          note,
          `asking npm for @opentelemetry ${text} …`,
          resolveVersion("--otel", text, `${OTEL}core`),
        );
    checkVersion(text, version, nodes);
    if (otels.has(version))
      throw new UserError(`--otel "${text}": ${version} is there already; expected different versions`);
    const folder = folderOf(version);
    if (!existsSync(folder) && !isDry) {
      note(`installing @opentelemetry ${version} …`);
      await installOnce(folder, await manifestOf(text, version), `--otel "${text}"`);
    }
    otels.set(version, folder);
  }
  return otels;
}

/** Throws a `UserError` for a sampler that a version of the SDK does not have. */
export function checkSamplers(otels: Otels, variants: readonly { readonly sampler: SamplerSpec }[]): void {
  const packages = Object.entries(packagesOf(otels));
  for (const { text, needs } of variants.flatMap(needsOf))
    for (const [version, has] of packages) {
      const [name, first] = [needs.slice(0, needs.lastIndexOf("@")), needs.slice(needs.lastIndexOf("@") + 1)];
      if (byNumber(has[name] ?? "0", first) >= 0) continue;
      const got = has[name] === undefined ? "which is not published for it" : `got ${has[name]}`;
      throw new UserError(`--otel "${version}": sampler "${text}" needs ${name} ${first} or later, ${got}`);
    }
}

function needsOf({ sampler }: { readonly sampler: SamplerSpec }) {
  return withNested(sampler).flatMap(({ kind }) => {
    const { needs } = kind as SamplerSpec["kind"];
    return needs === undefined ? [] : [{ text: sampler.text, needs }];
  });
}

/** The version of each package that was asked for, by version of the SDK, of those that are installed. */
export function packagesOf(otels: Otels): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...otels].flatMap(([version, folder]) => {
      if (!existsSync(folder)) return [];
      const { dependencies } = readJson(join(folder, "package.json"));
      const { packages = {} } = readJson(join(folder, "package-lock.json"));
      const names = [`${OTEL}api`, ...Object.keys(dependencies)].toSorted();
      const installed = names.flatMap((name) => {
        const found = packages[`node_modules/${name}`];
        return found === undefined ? [] : [[name, found.version]];
      });
      return [[version, Object.fromEntries(installed) as Record<string, string>]];
    }),
  );
}

function checkVersion(text: string, version: string, nodes: readonly string[]): void {
  if (byNumber(version, FIRST) < 0 || byNumber(version, "4") >= 0)
    throw new UserError(`--otel "${text}": ${version} is not supported; expected ${FIRST} or later, or 3.x`);
  const old = nodes.find((node) => byNumber(node, FIRST_NODE_OF_3) < 0);
  if (majorOf(version) === "3" && old !== undefined)
    throw new UserError(`--otel "${text}": ${version} needs Node ${FIRST_NODE_OF_3} or later; got ${old}`);
}

/** The folder of a version; another one if Spantoll needs other packages in it. */
function folderOf(version: string): string {
  const needs = createHash("sha256")
    .update(JSON.stringify([commonPackages(), SAMPLERS]))
    .digest("hex")
    .slice(0, 8);
  return join(cacheFolder(), "otel", `${version}-${needs}`);
}

function commonPackages(): Record<string, string> {
  const { dependencies } = readJson(new URL("../../../../package.json", import.meta.url));
  return Object.fromEntries(COMMON.map((name) => [name, dependencies[name]!]));
}

async function manifestOf(text: string, version: string): Promise<object> {
  const [protos, autos] = await Promise.all([
    findPublished(PROTO, ">=0.200.0", ["dependencies"]),
    findPublished(AUTO, ">=0.57.0", ["dependencies", "peerDependencies"]),
  ]);
  const proto = protos.find(({ dependencies }) => (dependencies?.[SDK] ?? dependencies?.[OLD_SDK]) === version);
  if (proto === undefined) throw new UserError(`--otel "${text}": no version of ${PROTO} is made for SDK ${version}`);
  const major = majorOf(version);
  const auto = autos.find(({ peerDependencies }) => peerDependencies?.[`${OTEL}core`]?.startsWith(`^${major}.`));
  if (auto === undefined) throw new UserError(`--otel "${text}": no version of ${AUTO} is made for SDK ${major}.x`);
  const isOld = proto.dependencies![SDK] === undefined;
  const own = Object.fromEntries(["core", "resources"].map((name) => [OTEL + name, version]));
  const stable = ["context-async-hooks", "exporter-zipkin"].map((name) => [OTEL + name, upTo(version)]);
  const exporters = ["exporter-trace-otlp-http", "exporter-trace-otlp-grpc", "otlp-exporter-base"];
  const samplers = await Promise.all(
    SAMPLERS.map((name) => findPublished(OTEL + name, `>=0.${major}00.0 <=${proto.version}`, ["name"])),
  );
  const instrumentation = `${OTEL}instrumentation`;
  return {
    dependencies: {
      ...own,
      [SDK]: isOld ? `npm:${OLD_SDK}@${version}` : version,
      ...Object.fromEntries(stable),
      [PROTO]: proto.version,
      ...Object.fromEntries(exporters.map((name) => [OTEL + name, upTo(proto.version)])),
      ...Object.fromEntries(samplers.flatMap(([newest]) => (newest ? [[newest.name, newest.version]] : []))),
      [AUTO]: auto.version,
      [instrumentation]: auto.dependencies![instrumentation]!,
      ...commonPackages(),
    },
    // it has no release for line 3, and uses nothing that changed
    overrides: {
      "@fastify/otel": { [`${OTEL}core`]: `$${OTEL}core`, [instrumentation]: `$${instrumentation}` },
    },
  };
}

/** Of the same minor version: not every package is published with every patch. */
function upTo(version: string): string {
  return `>=${version.replace(/\d+$/, "0")} <=${version}`;
}

function majorOf(version: string): string {
  return version.split(".")[0]!;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly packages?: Readonly<Record<string, { readonly version: string }>>;
}

function readJson(path: string | URL): Manifest {
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}
