import { UserError } from "../../base/problem.ts";
import type { Variant } from "../../plan/variant.ts";
import { assertLoopback } from "../../load/loopback.ts";
import { phaseRow } from "../../spec/phases.ts";
import { REPEATED } from "../../spec/read.ts";
import { checkExpressible } from "../../run/target/otel-environment.ts";
import type { Scenario } from "../../spec/scenario.ts";

/** Throws a `UserError` if the driver is not installed, or cannot send what the scenario asks. */
export function checkDriver({ driver: { kind, text }, phases, arrivals }: Scenario): void {
  if (kind.engine === undefined) return;
  const closed = phases.find((phase) => phaseRow(phase).loop === "closed");
  if (closed !== undefined)
    throw new UserError(
      `--driver ${text}: sends at a given rate, so it is not possible with phase ${closed}; give --phase cost, --phase latency or both`,
    );
  if (kind.evenOnly === true && arrivals !== "uniform")
    throw new UserError(`--driver ${text}: sends with even gaps; got arrivals "${arrivals}", expected "uniform"`);
  kind.check?.();
}

/** Throws a `UserError` if the target is not installed, or a service with an SDK of its own is asked for what it cannot do. */
export function checkTarget(scenario: Scenario, variants: readonly Variant[]): void {
  const { target, otels, nodes, phases } = scenario;
  const { kind, config } = target;
  kind.check?.(config);
  const command = kind.command?.(config, kind.services(config)[0]!.service);
  if (command?.ownSdk !== true) return;
  checkExpressible(variants, command);
  if (otels.length > 0) throw new UserError("--otel: not possible with own_sdk, which has an SDK of its own");
  if (nodes.length > 1)
    throw new UserError("--node: several need a service that reports its Node, so it is not possible with own_sdk");
  if (phases.includes("profile"))
    throw new UserError(
      "--phase profile: needs Spantoll's own preload in the service, so it is not possible with own_sdk",
    );
}

/** Throws a `UserError` if load would leave this machine, and --allow-remote does not name the host. */
export function checkRemote({ target: { kind, config, text } }: Scenario, allowRemote: string | undefined): void {
  const origin = kind.address?.(config);
  if (origin !== undefined) assertLoopback({ targets: [{ id: text, origin }], allowRemote });
  else if (allowRemote !== undefined)
    throw new UserError(
      `--allow-remote "${allowRemote}": needs a service that runs there, such as --target url:http://${allowRemote}`,
    );
}

/** Throws a `UserError` if more is asked of a service that runs already than to load it. */
export function checkRunning({ target, phases, precision }: Scenario, options: object): void {
  if (target.kind.address === undefined) return;
  const axes = Object.values(REPEATED).filter((option) => option !== "phase");
  const given = { ...options, precision };
  const refused = [...axes, "base", "check", "record", "precision", "keepEnv"];
  const asked = refused.find((option) => Reflect.get(given, option) !== undefined);
  if (asked !== undefined) {
    const option = asked.replace("keepEnv", "keep-env");
    throw new UserError(`--${option}: not possible with target "${target.text}", which is measured as it runs`);
  }
  const phase = phases.find((name) => phaseRow(name).loop === "none" || phaseRow(name).profiled === true);
  if (phase !== undefined)
    throw new UserError(`--phase ${phase}: not possible with target "${target.text}", which is not started here`);
}
