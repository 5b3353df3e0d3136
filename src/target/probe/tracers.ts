import { createRequire } from "node:module";

const TRACERS =
  /\/node_modules\/(@opentelemetry\/sdk-trace(?:-[a-z]+)?|dd-trace|newrelic|elastic-apm-node|@sentry\/node(?:-core)?|@appsignal\/nodejs|@google-cloud\/trace-agent|@instana\/collector|applicationinsights)\//;

/** Packages that can trace a service by themselves, of those that this process has loaded. */
export function loadedTracers(): string[] {
  const paths = Object.keys(createRequire(import.meta.url).cache);
  return [...new Set(paths.flatMap((path) => TRACERS.exec(path.replaceAll("\\", "/"))?.[1] ?? []))];
}
