import type { Clock } from "../../base/clock.ts";
import type { AnyKind } from "../../base/registry.ts";
import type { ConfigOf, Fields, Kind } from "../../base/registry.ts";

/** What becomes of a batch that is well formed and arrived whole. */
export type Decision =
  /** Counted as received at once; answered with success, after `afterMs`. */
  | { readonly type: "accept"; readonly afterMs?: number }
  /** Counted except the spans with a 1 in `rejected`, which are counted apart; answered with partial success. */
  | { readonly type: "partial"; readonly rejected: Uint8Array }
  /** Not counted; answered with this HTTP status, or what gRPC has in its place. */
  | { readonly type: "refuse"; readonly status: number; readonly retryAfterMs?: number }
  /** Not counted, never answered. */
  | { readonly type: "hang" };

/** How a backend behaves: data for what happens to connections, a function for what happens to batches. */
export interface Condition {
  /** Asked once for each batch that arrived whole and well formed. */
  decide(spans: number): Decision;
  /** Destroys the connection when the first bytes of a body come. */
  readonly resets?: boolean;
  /** Speed at which bodies are read, over all connections together. */
  readonly bytesPerSecond?: number;
  /** The port is given out, and nothing ever listens there. */
  readonly refuses?: boolean;
  /** From the window's opening: when the ports close and all connections are cut, and for how long. */
  readonly outage?: { readonly atMs: number; readonly downMs: number };
}

export interface ConditionContext {
  readonly seed: number;
  readonly clock: Clock;
}

export interface ConditionKind<F extends Fields = Fields> extends Kind<F> {
  make(config: ConfigOf<F>, context: ConditionContext): Condition;
}

/** As it stands in the list, whatever its fields. */
export type AnyCondition = AnyKind<Pick<ConditionKind, "make">>;

export const ACCEPT: Decision = { type: "accept" };
