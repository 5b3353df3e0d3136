import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import type { ConfigOf, Fields, Kind } from "../base/registry.ts";
import type { Program } from "./programs.ts";

export type Environment = Readonly<Record<string, string>>;

/** The program to run; the one that its setup has built unless given. */
export const bin = z.string().optional();

/** A Collector between service and sink. */
export interface CollectorKind<F extends Fields = Fields> extends Kind<F> {
  /** Absent: no Collector. */
  readonly program?: Program;
  /** The YAML file of its configuration. */
  file?(config: ConfigOf<F>): string;
  /** What the file takes as ${env:NAME}. */
  environment?(config: ConfigOf<F>): Environment;
}

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different fields share one list
export type AnyCollector = CollectorKind<any>;

/** What to run: the binary, its configuration, and the variables that this takes. */
export interface CollectorFiles {
  readonly binary: string;
  readonly configuration: string;
  readonly environment: Environment;
  readonly program: Program;
}

/** Undefined for `none`. Throws a `UserError` if a file is missing. */
export function collectorFiles({ kind, config }: { readonly kind: AnyCollector; readonly config: never }) {
  const { program } = kind;
  if (program === undefined || kind.file === undefined) return undefined;
  const given = (config as { bin?: string }).bin;
  const files: CollectorFiles = {
    binary: given === undefined ? program.path() : resolve(given),
    configuration: resolve(kind.file(config)),
    environment: kind.environment?.(config) ?? {},
    program,
  };
  if (!existsSync(files.configuration)) throw new UserError(`"${kind.file(config)}": no such file`);
  if (existsSync(files.binary)) return files;
  throw new UserError(
    given === undefined
      ? `${kind.name}: ${program.title} is not built: npm run ${program.setup}, or bin=PATH names one`
      : `bin "${given}": no such file`,
  );
}
