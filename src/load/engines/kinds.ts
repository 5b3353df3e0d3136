/** What sends the load: Spantoll's own drivers, or an engine of others that gets the same requests. */
import { registry, type Fields, type Kind, type Registry } from "../../base/registry.ts";
import { count } from "../../base/units.ts";
import type { EngineJob } from "../job.ts";
import { locustPath, READY_WITHIN_MS } from "./locust.ts";
import { vegetaPath } from "./vegeta.ts";

export interface DriverKind<F extends Fields = Fields> extends Kind<F> {
  /** Absent: each phase has its own driver. */
  engine?(config: { readonly workers: number }): EngineJob;
  /** How long the engine may take to start. */
  readonly readyWithinMs?: number;
  /** It cannot send with random gaps. */
  readonly evenOnly?: true;
  /** Throws a `UserError` if it is not installed. */
  check?(): void;
}

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different fields share one list
type AnyDriver = DriverKind<any>;

export const BUILT_IN = "built-in";

export const drivers: Registry<AnyDriver> = registry<AnyDriver>("driver", [
  { name: BUILT_IN, about: "Spantoll's own drivers", example: BUILT_IN, fields: {} },
  {
    name: "vegeta",
    about: "vegeta sends the same requests, with even gaps",
    example: "vegeta",
    fields: {},
    engine: () => ({ name: "vegeta", workers: 1 }),
    evenOnly: true,
    check: vegetaPath,
  },
  {
    name: "locust",
    about: "Locust's workers send the same requests",
    example: "locust:workers=4",
    fields: { workers: count(1, 64).prefault("2") },
    engine: ({ workers }) => ({ name: "locust", workers }),
    readyWithinMs: READY_WITHIN_MS,
    check: locustPath,
  },
]);
