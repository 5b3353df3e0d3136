/**
 * Loaded before the service (`node --import`, or NODE_OPTIONS for a service of the user's own): connects the probe, then
 * sets up the measured tracing. The variant `none` loads nothing of OpenTelemetry.
 */
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { isMainThread } from "node:worker_threads";
import { UserError } from "../base/problem.ts";
import { Probe } from "./probe/probe.ts";
import type { TargetOptions } from "./protocol.ts";

/** NODE_OPTIONS also reaches the package manager of `npm start`, which is not measured. */
const PACKAGE_MANAGER = /^(?:npm|npx|pnpm|pnpx|corepack|yarn(?:-[\d.]+)?)(?:-cli)?(?:\.[cm]?js)?$/;

/** Undefined in worker threads and package managers. */
export const target: { readonly options: TargetOptions; readonly probe: Probe } | undefined = await prepare();

async function prepare(): Promise<typeof target> {
  if (!isMainThread || PACKAGE_MANAGER.test(basename(process.argv[1] ?? ""))) return undefined;
  const options = readOptions(process.env["SPANTOLL_TARGET"]);
  const probe = await Probe.start(options);
  try {
    await setUpTracing(options, probe);
  } catch (error) {
    await probe.fail(error);
  }
  return { options, probe };
}

function readOptions(json: string | undefined): TargetOptions {
  if (json === undefined) throw new UserError("SPANTOLL_TARGET is not set: this module is started by spantoll itself");
  return JSON.parse(json) as TargetOptions;
}

async function setUpTracing(options: TargetOptions, probe: Probe): Promise<void> {
  if (options.sampler === "none") return;
  if (options.sampler !== "noop") {
    const { startTracing } = await import("./tracing.ts");
    probe.watch(await startTracing(options));
  }
  const main = resolve(process.argv[1] ?? "service.js");
  const { admitNewerApi } = await import("./service-api.ts");
  if (options.target === undefined) admitNewerApi(createRequire(join(main, "package.json")));
  const { instrument } = await import("./instrumentation.ts");
  probe.watchLibraries(await instrument(options.instrumentation, options.target === undefined ? main : undefined));
}
