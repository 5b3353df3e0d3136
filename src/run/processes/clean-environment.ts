import { UserError } from "../../base/problem.ts";

/** What would change a variant, or send what is meant for loopback elsewhere. */
const LEAKS = /^(?:OTEL_.*|(?:https?|all|no|ftp|grpc)_proxy|no_grpc_proxy|node_use_env_proxy)$/i;

type Variables = Readonly<Record<string, string | undefined>>;

/** The names of the variables that processes of a run do not inherit. */
export function leakingNames(shell: Variables): string[] {
  return Object.keys(shell).filter((name) => LEAKS.test(name) && shell[name] !== undefined);
}

/** The shell's environment without variables of OpenTelemetry and of proxies. */
export function cleanEnvironment(shell: Variables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(shell).flatMap(([name, value]) => (value === undefined || LEAKS.test(name) ? [] : [[name, value]])),
  );
}

/** The variables that --keep-env names, for the target alone. Throws a `UserError` for one that is not removed. */
export function keptVariables(shell: Variables, names: readonly string[]): Record<string, string> {
  const removed = leakingNames(shell);
  return Object.fromEntries(
    names.map((name) => {
      if (removed.includes(name)) return [name, shell[name]!];
      const expected = removed.length === 0 ? "none is removed here" : `expected one of ${removed.join(", ")}`;
      throw new UserError(`--keep-env "${name}": the environment has no such variable to keep; ${expected}`);
    }),
  );
}
