import { join, normalize } from "node:path";

const NAME = "@opentelemetry/api";
const GLOBAL = Symbol.for("opentelemetry.js.api.1");

/** Major and minor version of OpenTelemetry's API as a program requires it. Throws if it does not. */
export function apiVersion(require: NodeJS.Require): readonly [version: string, major: number, minor: number] {
  const path = require.resolve(NAME);
  const folder = path.slice(0, path.lastIndexOf(normalize(NAME)) + NAME.length);
  const { version } = require(join(folder, "package.json")) as { version: string };
  const [major, minor] = version.split(".").map(Number);
  return [version, major!, minor!];
}

/**
 * Lets a service use the registered SDK if its own copy of the API is newer than ours: it refuses a global of an older minor
 * version, and all spans of the service's code would be missing.
 */
export function admitNewerApi(require: NodeJS.Require): void {
  const registered = Reflect.get(globalThis, GLOBAL) as { version: string } | undefined;
  if (registered === undefined) return;
  try {
    const [version, major, minor] = apiVersion(require);
    const [ownMajor, ownMinor] = registered.version.split(".").map(Number);
    if (major === ownMajor && minor > ownMinor!) registered.version = version;
  } catch {
    // the service has no copy of its own
  }
}
