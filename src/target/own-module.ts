import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../base/problem.ts";
import { checkRegular } from "../base/regular-file.ts";

const { cache } = createRequire(import.meta.url);
/** How often a file was loaded. */
const loads = new Map<string, number>();

/**
 * Loads a part of the pipeline that the user wrote: the default export of a module is the part, its class, or a function
 * that makes it. Class and function get `given`. Each load runs the file anew, and not what the file imports: samplers that
 * `simulate` makes stand for processes, and share no variable of the file.
 * @param method that identifies the part, such as `shouldSample`
 */
export async function loadModule<T>(
  path: string,
  baseDir: string,
  method: keyof T & string,
  given: unknown,
): Promise<T> {
  await checkModule(path, baseDir);
  const whole = realpathSync(resolve(baseDir, path));
  const { href } = pathToFileURL(whole);
  const load = (loads.get(href) ?? 0) + 1;
  loads.set(href, load);
  // CommonJS modules are kept by path alone
  delete cache[whole];
  const module = (await import(load === 1 ? href : `${href}?load=${load}`)) as { default?: unknown };
  const made = await construct(module.default, method, given);
  if (!has(made, method))
    throw new UserError(`module:${path}: its default export must be, or make, an object with ${method}()`);
  return made as T;
}

/** Throws a `UserError` if the file does not exist. */
export async function checkModule(path: string, baseDir: string): Promise<void> {
  try {
    checkRegular(resolve(baseDir, path));
  } catch {
    throw new UserError(`module:${path}: no such file, seen from ${baseDir}`);
  }
}

async function construct(exported: unknown, method: string, given: unknown): Promise<unknown> {
  if (typeof exported !== "function") return exported;
  if (has(exported.prototype, method)) return Reflect.construct(exported, [given]);
  return (exported as (given: unknown) => unknown)(given);
}

function has(value: unknown, method: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function";
}
