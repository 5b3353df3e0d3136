import type { TargetSpec } from "../../spec/specs.ts";
import type { Results } from "../../record/results.ts";
import type { Estimate } from "../estimate.ts";
import { adviseBatch, type BatchAdvice, type BatchSettings, type BatchWish } from "./batch.ts";
import { candidatesOf, type Candidate, type SamplerKnowledge } from "./candidate.ts";
import { choose, lackOf, type Choice, type Judged } from "./choose.ts";
import { standingsOf, type Constraints } from "./constraints.ts";
import { paretoFront } from "./front.ts";
import { floorOf, type Floor } from "./floor.ts";
import { project, type Traffic } from "./project.ts";

/** What the user wants to know. */
export interface Wishes {
  readonly limits: Constraints;
  readonly traffic?: Traffic;
  readonly batch: BatchWish;
}

/** What only those know who know the samplers and processors: given by the caller, by variant. */
export interface Knowledge extends SamplerKnowledge {
  /** Undefined where the processor is no batch processor. */
  readonly batchSettings: (candidate: Candidate) => BatchSettings | undefined;
  /** How many processes a target is. */
  readonly services: (target: TargetSpec) => number;
}

/** Why nothing is said of the chosen one's queue. */
export type NoBatch = "no batch processor" | "several services" | "not measured";

export interface Advice {
  readonly wishes: Wishes;
  /** All that was measured, in the plan's order. */
  readonly judged: readonly Judged[];
  /** Those of them that lack nothing: the choice is among these. */
  readonly considered: readonly Judged[];
  /** Those of them that no other beats. */
  readonly front: ReadonlySet<Candidate>;
  readonly choice: Choice;
  /** What tracing costs that keeps nothing; undefined where that was not measured. */
  readonly floor: Floor | undefined;
  /** Of the chosen one; undefined where `noBatch` says why. */
  readonly batch: BatchAdvice | undefined;
  readonly noBatch: NoBatch | undefined;
}

/** From measured variants to one of them. Every figure is an estimate of the file, or derived from one by arithmetic. Pure. */
export function adviseOn(
  results: Results,
  estimates: readonly Estimate[],
  wishes: Wishes,
  knowledge: Knowledge,
): Advice {
  const judged = candidatesOf(results, estimates, knowledge).map((candidate): Judged => {
    const projection = wishes.traffic && project(candidate, wishes.traffic, knowledge.law(candidate.variant));
    const standings = standingsOf(candidate, projection, wishes.limits);
    return { candidate, lack: lackOf(candidate), projection, standings };
  });
  const considered = judged.filter(({ lack }) => lack === undefined);
  const choice = choose(considered);
  const batch = choice.chosen && batchOf(choice.chosen, results.scenario.target, wishes.batch, knowledge);
  const isWithheld = typeof batch === "string";
  return {
    wishes,
    judged,
    considered,
    front: new Set(paretoFront(considered.map(({ candidate }) => candidate))),
    choice,
    floor: floorOf(results, estimates),
    batch: isWithheld ? undefined : batch,
    noBatch: isWithheld ? batch : undefined,
  };
}

function batchOf(
  { candidate, projection }: Judged,
  target: TargetSpec,
  wish: BatchWish,
  { batchSettings, services }: Knowledge,
): BatchAdvice | NoBatch {
  const settings = batchSettings(candidate);
  if (settings === undefined) return "no batch processor";
  // each process has a queue of its own, and a ledger is the sum of their books
  if (services(target) > 1) return "several services";
  return adviseBatch(candidate, settings, wish, projection) ?? "not measured";
}
