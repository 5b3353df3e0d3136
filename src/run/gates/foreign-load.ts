import { total } from "../../base/sum-of.ts";
import { percent } from "../../base/units.ts";
import { phaseRow, type Phase } from "../../spec/phases.ts";
import type { Warning } from "../../record/trial-record.ts";
import { busyUsBetween, coresOf } from "../processes/accounting.ts";
import type { Readings } from "./readings.ts";

/** In cores. */
const LIMITS = {
  /** Interrupts and the harness itself are in it: they take up to a tenth. */
  share: 0.15,
  /**
   * Half a core less for the target and the driver: latency and throughput are then those of the other programs too.
   * If driver and sink have several cores, the load on these is taken as spread over them: there is room beside it.
   */
  shareAlone: 0.5,
};

/** What all cores did beyond target, driver, sink and Collectors; the variants side by side are one target here. */
export function foreignLoad(readings: Readings, phase: Phase): Warning | undefined {
  const taken = takenByOthers(readings);
  if (taken === undefined || taken.inAll <= LIMITS.share) return undefined;
  const { inAll, fromTarget, fromDriver } = taken;
  const ownService = readings.setting.scenario.target.kind.serve === undefined;
  // a database of a user's own service is no stranger, and works the more the faster the service is
  const invalidates = phaseRow(phase).layout === "alone" && !ownService && fromTarget + fromDriver > LIMITS.shareAlone;
  return {
    code: "foreign-load",
    message: invalidates
      ? `other programs took ${percent(fromTarget)} of a core from the target and ${percent(fromDriver)} from driver and sink (limit of both together ${percent(LIMITS.shareAlone)}, in phases that measure one variant alone)`
      : `other programs used ${percent(inAll)} of a core (limit ${percent(LIMITS.share)}, in all phases)`,
    fix: ownService
      ? "end those that are no part of the service, as its database is; or measure on a quiet machine"
      : "end them, or measure on a quiet machine",
    ...(readings.programs?.length && { programs: [...readings.programs] }),
    invalidates,
  };
}

/** In shares of a core: of all cores, and of each that the target, and driver and sink, may run on. */
function takenByOthers(readings: Readings) {
  const ours = ownLoad(readings);
  if (ours === undefined) return undefined;
  const { open, drained } = readings.meter.measured;
  const foreignOn = (cores?: readonly number[]): number => {
    const busyUs = busyUsBetween(open.machine, drained.machine, cores);
    // if nothing is pinned, target and driver share their cores
    const there = Object.values(ours).filter((one) => one.cores.some((core) => cores?.includes(core) ?? true));
    return busyUs / ((drained.atMs - open.atMs) * 1000) - total(there, ({ share }) => share);
  };
  const from = (cores: readonly number[]): number => Math.max(0, foreignOn(cores)) / cores.length;
  return { inAll: foreignOn(), fromTarget: from(ours.target.cores), fromDriver: from(ours.driver.cores) };
}

/**
 * The cores that the target, and driver, sink and Collectors, may run on, and what they took of them, in cores. Undefined
 * if the kernel does not say: then the target's own CPU would count as foreign.
 */
export function ownLoad({ meter, resources, groupCoreShare, collectorsShare = 0, elsewhereShare = 0 }: Readings) {
  const { drained } = meter.measured;
  if (resources === undefined || drained.target === undefined || drained.driver === undefined) return undefined;
  const all = [...drained.machine.busyUs.keys()];
  // a mask may hold cores that the machine could have and has not
  const present = [drained.target, drained.driver].map((own) => coresOf(own).filter((core) => all.includes(core)));
  // a container's own core numbers may be in no mask: then it is unknown what runs on which core, as if nothing were pinned
  const [target, driver] = present.some((cores) => cores.length === 0) ? [all, all] : present;
  return {
    target: { cores: target!, share: groupCoreShare },
    driver: {
      cores: driver!,
      share: resources.driverCoreShare + resources.sinkCoreShare + collectorsShare + elsewhereShare,
    },
  };
}
