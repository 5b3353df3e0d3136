import type { Candidate, Figure } from "./candidate.ts";

/** The user's traffic, and what the backend charges. */
export interface Traffic {
  /** Requests a second of the whole service. */
  readonly requestsPerSecond: number;
  /** Where the user told spans a second: how many a request starts, by which they were divided. */
  readonly spansPerRequest?: number;
  /** Processes that share it; undefined: as many as keep each at the measured rate. */
  readonly instances?: number;
  /** Money for a million spans taken in. */
  readonly pricePerMillion?: number;
}

/**
 * How a sampler's volume follows the traffic: with every request; by a rate of each process's own; or in a way that
 * measuring at one rate does not tell.
 */
export type VolumeLaw = "per request" | "per process" | "unknown";

/** What a variant would mean at the user's traffic. A figure that cannot be said is absent, and `withheld` says why. */
export interface Projection {
  readonly instances: number;
  readonly perInstance: number;
  /** The traffic of one process over that at which it was measured. */
  readonly factor: number;
  /** Beyond twice or below half of the measured rate, figures are marked. */
  readonly isExtrapolated: boolean;
  /** Spans that leave the services. */
  readonly sentPerSecond?: Figure;
  /** Spans and bytes that the backend gets, and asks money for. */
  readonly spansPerMonth?: Figure;
  readonly bytesPerMonth?: Figure;
  /** CPU cores that tracing takes, of all instances together. */
  readonly cores?: Figure;
  readonly moneyPerMonth?: Figure;
  readonly withheld: readonly string[];
}

/** Thirty days, in seconds. */
const MONTH_S = 30 * 24 * 3600;
const MARKED_BEYOND = 2;
/** CPU per request is not linear in the rate for ever: batches fill otherwise, and idle time goes away. */
const WITHHELD_BEYOND = 10;
/** Where a sampler's volume depends on the rate in an unknown way, only the measured rate tells it. */
const SAME_RATE = 1.25;
/** A process is not to be run beyond this share of the throughput at which it saturates. */
const HEADROOM = 0.7;

/** Figures per request times the traffic; undefined where the rate at which they were measured is not known. */
export function project(candidate: Candidate, traffic: Traffic, law: VolumeLaw): Projection | undefined {
  const { figures, measuredPerSecond } = candidate;
  const measured = measuredPerSecond.cpu ?? measuredPerSecond.p99;
  if (measured === undefined) return undefined;
  const { requestsPerSecond } = traffic;
  // 199.6 were measured where 200 were asked for: no further instance is needed for that
  const instances = traffic.instances ?? Math.max(1, Math.ceil((0.99 * requestsPerSecond) / measured));
  const perInstance = requestsPerSecond / instances;
  const factor = perInstance / measured;
  const spread = Math.max(factor, 1 / factor);
  const withheld: string[] = [];
  const capacity = figures.capacityPerSecond?.center;
  const tooMuch = capacity !== undefined && perInstance > HEADROOM * capacity;
  if (tooMuch) {
    const needed = Math.ceil(requestsPerSecond / (HEADROOM * capacity));
    withheld.push(
      `${told(perInstance)} requests/s are more than one process carries with room to spare (${HEADROOM * 100} % of the measured ${told(capacity)}): at least ${needed} instances are needed`,
    );
  }
  const cpuHolds = !tooMuch && spread <= WITHHELD_BEYOND;
  if (!tooMuch && !cpuHolds) {
    withheld.push(
      `${told(perInstance)} requests/s for each process are more than ${WITHHELD_BEYOND} times away from the measured ${told(measured)}: its CPU is not projected`,
    );
  }
  const volume = volumeOf(candidate, { law, requestsPerSecond, instances, measured, spread });
  if (volume === undefined) {
    withheld.push(
      figures.spansPerRequest === undefined
        ? "the file does not tell how many spans a backend gets"
        : "how many spans this sampler keeps depends on the rate, so its volume holds at the measured one only",
    );
  }
  const { pricePerMillion } = traffic;
  return {
    instances,
    perInstance,
    factor,
    isExtrapolated: spread > MARKED_BEYOND,
    ...(volume?.sent && { sentPerSecond: volume.sent }),
    ...(volume && { spansPerMonth: times(volume.spans, MONTH_S) }),
    ...(volume?.bytes && { bytesPerMonth: times(volume.bytes, MONTH_S) }),
    ...(cpuHolds && figures.cpuAddedUs && { cores: times(figures.cpuAddedUs, requestsPerSecond / 1e6) }),
    ...(volume &&
      pricePerMillion !== undefined && { moneyPerMonth: times(volume.spans, (MONTH_S * pricePerMillion) / 1e6) }),
    withheld,
  };
}

interface VolumeSetting {
  readonly law: VolumeLaw;
  readonly requestsPerSecond: number;
  readonly instances: number;
  readonly measured: number;
  readonly spread: number;
}

/** A second: spans that leave the services, and spans and bytes that the backend gets. */
function volumeOf(
  { figures }: Candidate,
  { law, requestsPerSecond, instances, measured, spread }: VolumeSetting,
): Readonly<{ sent: Figure | undefined; spans: Figure; bytes: Figure | undefined }> | undefined {
  const { sentPerRequest, spansPerRequest, bytesPerRequest } = figures;
  if (spansPerRequest === undefined || (law === "unknown" && spread > SAME_RATE)) return undefined;
  // a process that keeps N traces a second keeps N, whatever its traffic, unless there is less of it
  const requests = law === "per process" ? Math.min(requestsPerSecond, instances * measured) : requestsPerSecond;
  return {
    sent: sentPerRequest && times(atLeastZero(sentPerRequest), requests),
    spans: times(atLeastZero(spansPerRequest), requests),
    bytes: bytesPerRequest && times(atLeastZero(bytesPerRequest), requests),
  };
}

function times({ center, low, high, n }: Figure, factor: number): Figure {
  const bounds = low !== undefined && high !== undefined && { low: low * factor, high: high * factor };
  return { center: center * factor, n, ...bounds };
}

/** A volume is never negative, whatever an interval of few rounds reaches. */
function atLeastZero(figure: Figure): Figure {
  return figure.low === undefined ? figure : { ...figure, low: Math.max(0, figure.low) };
}

function told(value: number): string {
  return String(Number(value.toPrecision(3)));
}
