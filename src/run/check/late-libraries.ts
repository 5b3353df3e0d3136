/** Libraries that were loaded before their instrumentation. */
import type { SdkFacts } from "../../target/probe/sdk-facts.ts";

export const INSTRUMENTATION = "@opentelemetry/instrumentation-";

/** Libraries that an instrumentation was loaded for, and that were loaded before it could watch. */
export function lateLibraries({ early, packages }: Pick<SdkFacts, "early" | "packages">): string[] {
  // @nestjs/core has instrumentation-nestjs-core
  return early.filter((name) => packages.includes(`${INSTRUMENTATION}${name.replace(/^@/, "").replace("/", "-")}`));
}

/** What is wrong, and the fix. */
export function lateText(libraries: readonly string[]): readonly [what: string, fix: string] {
  const rest = libraries.length > 1 ? "were loaded before their" : "was loaded before its";
  const what = `${libraries.join(" and ")} ${rest} instrumentation`;
  return [what, "load the set-up first: node --require ./tracing.cjs server.js"];
}
