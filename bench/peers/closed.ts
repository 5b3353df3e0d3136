import { drive, type Driver } from "./driver.ts";
import type { Turn } from "./figures.ts";
import { ownDriver } from "./own-driver.ts";
import { inRounds, type Context, type Section } from "./section.ts";
import { Service } from "./service.ts";
import { hey, installed, wrk } from "./tools.ts";

/** The tools take whole seconds in all. */
const LOAD = { connections: 16, warmupMs: 1000, windowMs: 2000, ratePerSecond: undefined };

export const closed: Section = {
  name: "closed",
  title: "Closed loop",
  about:
    "As fast as it answers: a service on a bare socket, 16 connections. Requests are counted by the service, the driver's CPU by the kernel.",
  against: "spantoll",
  rounds: 5,
  reference: () => ownDriver.name,
  measure: (context, rounds) => closedLoop(context, rounds, [ownDriver, ...installed([wrk, hey], context)], LOAD),
};

export async function* closedLoop(
  context: Context,
  rounds: number,
  drivers: readonly Driver[],
  load: Parameters<typeof drive>[2],
): AsyncGenerator<Turn, void> {
  for (const { round, order } of inRounds(rounds, drivers, context.seed)) {
    for (const driver of order) {
      await using service = await Service.start(context);
      const { requestsPerSecond, driverCpuUsPerRequest, driverCoreShare, unaccountedRequests } = await drive(
        driver,
        service,
        load,
        context,
      );
      const figures = { requestsPerSecond, driverCpuUsPerRequest, driverCoreShare, unaccountedRequests };
      yield { round, peer: driver.name, figures };
    }
  }
}
