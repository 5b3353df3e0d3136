import { subscribe } from "node:diagnostics_channel";
import { createRequire, isBuiltin, register as registerInThread, syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { UserError } from "../base/problem.ts";
import { ALL, packageOf, readInstrumentationList, type InstrumentationList } from "./instrumentation-list.ts";
import { requestIdAttribute } from "./request-id.ts";
import { apiVersion } from "./service-api.ts";

/** What an instrumentation patches. OpenTelemetry sets `moduleExports` as it patches the module that the service loads. */
interface Definition {
  readonly name: string;
  readonly moduleVersion?: string;
  readonly moduleExports?: unknown;
  readonly files?: readonly { readonly moduleExports?: unknown }[];
}

/** `getModuleDefinitions` makes new ones. */
type Made = Instrumentation & { readonly _modules?: readonly Definition[] };

/** Of one package, or of all that a package brings. */
interface Group {
  /** Requires as the package does. */
  readonly require: NodeJS.Require;
  readonly made: readonly Made[];
}

const ours = createRequire(import.meta.url);
const CONFIG: Readonly<Record<string, object>> = {
  http: { startIncomingSpanHook: ({ headers }: RequestLike) => requestIdAttribute(headers["x-request-id"]) },
  fastify: { registerOnInitialization: true },
};

interface RequestLike {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Instruments libraries that are loaded from now on, and returns what names those that the service has loaded since, with
 * their versions.
 * @param main a program whose packages come before ours; its ES modules are instrumented too
 */
export async function instrument(text: string, main?: string): Promise<() => string[]> {
  const groups = groupsOf(readInstrumentationList(text), main);
  if (groups.length === 0) return () => [];
  const { registerInstrumentations } = await import("@opentelemetry/instrumentation");
  const made = groups.flatMap((group) => group.made);
  if (main !== undefined) for (const group of groups) await hookModules(group);
  registerInstrumentations({ instrumentations: [...made] });
  // Instrumentations patch what `require` loads. Requiring Node's own modules and syncing their ESM exports serves every import.
  for (const { name } of made.flatMap(definitionsOf)) if (isBuiltin(name)) ours(name);
  syncBuiltinESMExports();
  const channels = watchChannels(made);
  return () => [...new Set([...made.flatMap(definitionsOf).flatMap(patched), ...channels])];
}

function groupsOf(list: InstrumentationList, main: string | undefined): Group[] {
  // `main` may be a folder
  const service = main === undefined ? [] : [createRequire(join(main, "package.json"))];
  const roots = [...service, ours, createRequire(ours.resolve(ALL))];
  if (!list.all) return list.names.map((name) => oneOf(name, roots));
  const isApart = (name: string): boolean => name === "fastify" || name.includes("/");
  const apart = ["fastify", ...list.names].filter((name) => isApart(name) && !list.without.includes(name));
  return [allOf(list, isApart, roots), ...[...new Set(apart)].map((name) => oneOf(name, roots))];
}

function oneOf(name: string, roots: readonly NodeJS.Require[]): Group {
  const path = locate(packageOf(name), roots);
  const exports = ours(path) as Record<string, unknown>;
  const Class = Object.entries(exports).find(([key]) => key.endsWith("Instrumentation"))?.[1];
  if (typeof Class !== "function") throw new Error(`${packageOf(name)} exports no class of an instrumentation`);
  return { require: createRequire(path), made: [Reflect.construct(Class, [CONFIG[name] ?? {}]) as Made] };
}

function allOf(
  { without, names }: InstrumentationList,
  isApart: (name: string) => boolean,
  roots: readonly NodeJS.Require[],
): Group {
  const path = locate(ALL, roots);
  const { getNodeAutoInstrumentations } = ours(path) as {
    getNodeAutoInstrumentations(this: void, config: object): readonly Made[];
  };
  const settings: [string, object | undefined][] = [
    ["http", CONFIG["http"]],
    ...names.map((name): [string, object] => [name, { ...CONFIG[name], enabled: true }]),
    ...without.map((name): [string, object] => [name, { enabled: false }]),
  ];
  const config = settings.filter(([name]) => !isApart(name)).map(([name, value]) => [packageOf(name), value]);
  return { require: createRequire(path), made: getNodeAutoInstrumentations(Object.fromEntries(config)) };
}

function locate(name: string, roots: readonly NodeJS.Require[]): string {
  let reason = "is not installed: add it to the service";
  for (const root of roots) {
    try {
      const path = root.resolve(name);
      reason = "has no @opentelemetry/api beside it that fits: install that";
      if (sharesApi(path)) return path;
    } catch {
      // the next one may have it
    }
  }
  throw new UserError(`${name} ${reason}, or leave it out of --instrumentation`);
}

/** Whether what a package traces is seen by our SDK: the API refuses a global of an older minor version than its own. */
function sharesApi(path: string): boolean {
  const [, major, minor] = apiVersion(createRequire(path));
  const [, ourMajor, ourMinor] = apiVersion(ours);
  return major === ourMajor && minor <= ourMinor;
}

/**
 * Has the libraries of a group instrumented also if the service imports them as ES modules: in the service's own thread,
 * or in a thread of its own under a Node that cannot (older than 22.22.3, 24.11.1 or 25.1).
 */
async function hookModules({ require, made }: Group): Promise<void> {
  const include = made.flatMap(definitionsOf).flatMap(({ name }) => (isBuiltin(name) ? [] : [name]));
  if (include.length === 0) return;
  // each copy of import-in-the-middle calls only the instrumentations that use it
  const hook = createRequire(require.resolve("@opentelemetry/instrumentation")).resolve(
    "import-in-the-middle/hook.mjs",
  );
  const inThread = pathToFileURL(join(hook, "..", "register-hooks.mjs")).href;
  const sync = (await import(inThread).catch(() => undefined)) as
    | { supportsSyncHooks(): boolean; register(options: object): void }
    | undefined;
  if (sync?.supportsSyncHooks() === true) sync.register({ include });
  else registerInThread(pathToFileURL(hook).href, { data: { include } });
}

/** Its own, and those of the instrumentations it consists of (redis: one for each generation of the library). */
function definitionsOf(made: Made): readonly Definition[] {
  const parts: unknown[] = [made, ...Object.values(made)];
  return parts.flatMap((part) => (part as Partial<Made> | undefined)?._modules ?? []);
}

function patched({ name, moduleVersion, moduleExports, files = [] }: Definition): string[] {
  if (moduleExports === undefined && !files.some((file) => file.moduleExports !== undefined)) return [];
  return [moduleVersion === undefined ? name : `${name} ${moduleVersion}`];
}

/** Instrumentations that patch nothing listen to channels of Node. */
function watchChannels(made: readonly Made[]): Set<string> {
  const names = new Set<string>();
  const has = (name: string): boolean =>
    made.some(({ instrumentationName }) => instrumentationName === packageOf(name));
  if (has("undici")) names.add("fetch");
  if (has("fastify"))
    subscribe("fastify.initialization", (message) => {
      const { fastify } = message as { fastify?: { version?: string } };
      names.add(`fastify ${fastify?.version ?? ""}`.trim());
    });
  return names;
}
