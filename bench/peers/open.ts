import { deriveSeed } from "../../src/base/random.ts";
import { drive, type Drive, type Driver } from "./driver.ts";
import type { Turn } from "./figures.ts";
import { ownDriver } from "./own-driver.ts";
import { inRounds, type Context, type Section } from "./section.ts";
import { Service } from "./service.ts";
import { autocannon, hey, installed } from "./tools.ts";
import { dispersionOf, feltMs, heldMs, quantileOf } from "./truth.ts";

/** The tools take whole seconds in all. */
const LOAD = { connections: 16, warmupMs: 1000, windowMs: 3000 };
const STALL = { afterMs: 1000, forMs: 1000 };

/** One driver at one rate, against a service that stalls or does not. */
interface Case {
  readonly peer: string;
  readonly driver: Driver;
  readonly ratePerSecond: number;
  readonly stalls: boolean;
  readonly arrivals?: "poisson";
}

export const open: Section = {
  name: "open",
  title: "Open loop",
  about:
    "A rate, against a service with log-normal delays (median 2 ms) that writes down how long it held each request; " +
    "where it stalls, for 1 s in mid-window. True is what requests sent on time would have felt. " +
    "Unevenness is variance over mean of the arrivals in 100 ms: 0 a comb, 1 Poisson.",
  against: "",
  rounds: 4,
  reference: () => undefined,
  measure: openLoop,
};

async function* openLoop(context: Context, rounds: number): AsyncGenerator<Turn, void> {
  context.note("wrk has no option for a rate, so that it is in the closed loop only");
  const others = installed([autocannon, hey], context);
  const poisson: Case = {
    ...caseOf(ownDriver, 600, false),
    peer: `${ownDriver.name} 600/s+poisson`,
    arrivals: "poisson",
  };
  const cases: Case[] = [
    caseOf(ownDriver, 600, false),
    caseOf(ownDriver, 2000, false),
    caseOf(ownDriver, 600, true),
    poisson,
    ...others.flatMap((driver) => [caseOf(driver, 600, false), caseOf(driver, 600, true)]),
  ];
  for (const { round, order } of inRounds(rounds, cases, context.seed))
    for (const one of order) yield { round, peer: one.peer, figures: await figuresOf(one, round, context) };
}

function caseOf(driver: Driver, ratePerSecond: number, stalls: boolean): Case {
  return { peer: `${driver.name} ${ratePerSecond}/s${stalls ? "+stall" : ""}`, driver, ratePerSecond, stalls };
}

async function figuresOf(
  { driver, ratePerSecond, stalls, arrivals }: Case,
  round: number,
  context: Context,
): Promise<Turn["figures"]> {
  await using service = await Service.start(context, deriveSeed(context.seed, "delays", round));
  const stall = (): void => {
    if (stalls) service.stall(STALL.afterMs, STALL.forMs);
  };
  const task = { ...LOAD, ratePerSecond, ...(arrivals && { arrivals }) };
  const ofRound = { ...context, seed: deriveSeed(context.seed, "arrivals", round) };
  const driven = await drive(driver, service, task, ofRound, stall);
  const log = await service.log();
  const { open, closed, told, requestsPerSecond, driverCoreShare, unaccountedRequests } = driven;
  return {
    ...truthOf(
      driven,
      feltMs(heldMs(log, open.atMs, closed.atMs), stalls ? { ...STALL, overMs: told.overMs } : undefined),
    ),
    rateOverAsked: requestsPerSecond / ratePerSecond,
    // a stalled service reads late what came in time
    ...(!stalls && { arrivalDispersion: dispersionOf(log.arrivedMs, open.atMs, closed.atMs) }),
    ...(told.late && { lateP50Ms: told.late.p50Ms, lateP99Ms: told.late.p99Ms }),
    driverCoreShare,
    unaccountedRequests,
  };
}

function truthOf({ told }: Drive, felt: Float64Array): Turn["figures"] {
  const [trueP50Ms, trueP99Ms] = [quantileOf(felt, 0.5), quantileOf(felt, 0.99)];
  return { trueP50Ms, p50ErrorMs: told.p50Ms - trueP50Ms, trueP99Ms, p99ErrorMs: told.p99Ms - trueP99Ms };
}
