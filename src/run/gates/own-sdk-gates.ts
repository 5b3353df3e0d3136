/** Whether a variant has an effect on a service that brings its own SDK, and whether its spans arrive. */
import { BASELINE, type Variant } from "../../plan/variant.ts";
import { keptShareOf } from "../../spec/workload.ts";
import type { Gates, Readings } from "./readings.ts";
import { expectedRange } from "./expected-range.ts";

/** Requests beyond the driver's that do not matter: those that probe whether the service is ready. */
const PROBES = 3;
/** Of what is improbable. */
const PROBABILITY = 0.001;
/** The clock of spans is the machine's. This is for rounding, and for timers that are late. */
const CLOCK_SLACK_MS = 250;

const PROVIDER_SHUTDOWN = "trace.get_tracer_provider().shutdown()";
/** The Python SDK shuts itself down by atexit, which a process never comes to that ends by a signal. */
export const FLUSH_IN_PYTHON = {
  /** Of a server that leaves signals to the service. */
  plain: `on SIGTERM, call ${PROVIDER_SHUTDOWN} and end: signal.signal(signal.SIGTERM, stop) before the server runs, with a function stop that calls it and then sys.exit()`,
  /** Of uvicorn and others, which catch the signal. */
  asgi: `call ${PROVIDER_SHUTDOWN} after the yield of the lifespan: FastAPI(lifespan=…), or Starlette's`,
};

export const OWN_SDK_GATES: Gates = {
  /** The bodies of exports show what exporter sent them. */
  "variant-without-effect"(readings) {
    const { sink, variant } = readings;
    const { exporter } = variant;
    if (!isOwnSdk(readings) || exporter === undefined) return undefined;
    const asked = exporter.kind.endpoint === undefined ? "nothing" : encodingOf(exporter);
    const seen = Object.keys(sink?.encodings ?? {}).filter((encoding) => encoding !== asked);
    if (seen.length === 0) return undefined;
    const [message, fix] = otherExporter(exporter, seen);
    return { message: `the variant has no effect: ${message}`, fix };
  },

  "processor-without-effect"(readings) {
    const { sink, variant } = readings;
    const { processor } = variant;
    const batch = processor?.kind.batching?.(processor.config).batch;
    if (!isOwnSdk(readings) || batch === undefined || sink?.largestBatch === undefined) return undefined;
    if (sink.largestBatch <= batch) return undefined;
    return {
      code: "variant-without-effect",
      message: `the variant has no effect: batches of at most ${batch} spans were asked, and one of ${sink.largestBatch} arrived`,
      fix: "let the service read the variables OTEL_BSP_*, or name the processor that it has: --processor",
    };
  },

  /** Without a ledger, the share of requests whose root span arrived shows what sampler decides, and what is lost. */
  "kept-share"(readings) {
    const { arrivals, loadResult, setting, variant } = readings;
    const asked = keptShareOf(setting.scenario, variant.sampler);
    const kept = arrivals?.serverTraces;
    if (!isOwnSdk(readings) || kept === undefined || asked === undefined || endMissing(readings) > 0) return undefined;
    const { completed: requests, unfinished } = loadResult.lifetime;
    const [low, high] = expectedRange(asked, requests);
    const isMore = kept > high + unfinished + PROBES;
    if (!isMore && kept >= low) return undefined;
    return {
      message: `root spans of ${kept} of ${requests} requests arrived; a share of ${asked} allows ${low} to ${high}`,
      fix: isMore
        ? "the variant has no effect if the service sets its sampler in code: let it read OTEL_TRACES_SAMPLER"
        : "spans are lost, or the service sets its sampler in code: see that it reads OTEL_TRACES_SAMPLER, and raise the queue (batch:queue=)",
    };
  },

  /** A service that ends by SIGTERM without a shutdown of its SDK loses what is queued. */
  "no-flush-at-exit"(readings) {
    const missingMs = endMissing(readings);
    if (missingMs === 0) return undefined;
    return {
      message: `no span of the last ${(missingMs / 1000).toFixed(1)} s arrived: the service ended without exporting its queue, so more was kept than arrived`,
      fix: `shut the SDK down on SIGTERM: in Node sdk.shutdown(), in Python ${FLUSH_IN_PYTHON.plain} (of FastAPI and others under uvicorn: ${FLUSH_IN_PYTHON.asgi}); or shorten the batch delay (batch:delay=)`,
    };
  },

  /** A tracer of the service's own, or an agent of a vendor, that is not registered with OpenTelemetry's API. */
  "tracer-in-baseline"({ variant, tracers = [] }) {
    if (variant.sampler.text !== BASELINE || tracers.length === 0) return undefined;
    return {
      message: `${BASELINE} has loaded ${tracers.join(", ")}: if it traces, the baseline is not bare, and what tracing adds comes on top of it`,
      fix: "start the service without it, or measure it by own_sdk with a none_command",
    };
  },
};

/** For how long before the end of the window nothing arrived, ms; 0 if chance explains it, or nothing arrived at all. */
function endMissing(readings: Readings): number {
  const { arrivals, load, meter } = readings;
  const asked = askedShare(readings);
  if (!isOwnSdk(readings) || arrivals === undefined || asked === undefined) return 0;
  if (!Number.isFinite(arrivals.lastMs)) return 0;
  const silentMs = meter.measured.open.epochMs + load.elapsedMs - arrivals.lastMs;
  if (silentMs <= CLOCK_SLACK_MS + load.serviceTime.max) return 0;
  const requests = (load.completed * silentMs) / load.elapsedMs;
  return (1 - asked) ** requests < PROBABILITY ? silentMs : 0;
}

/** Its ledger, if there is one, is of the SDK's own metrics. Behind a Collector the sink does not see what it sends. */
function isOwnSdk({ outside, ledger, variant }: Readings): boolean {
  return variant.collector === undefined && (outside !== undefined || ledger?.source === "sdk");
}

/** Undefined if the sampler has no fixed share, or keeps nothing. */
function askedShare({ variant: { sampler }, setting: { scenario } }: Readings): number | undefined {
  return keptShareOf(scenario, sampler) || undefined;
}

/** What the sink calls it. */
export function encodingOf({ kind, config }: NonNullable<Variant["exporter"]>): string {
  const { gzip } = config as { gzip?: boolean };
  return `${kind.name}${gzip === true ? " with gzip" : ""}`;
}

/** The variant's name would claim an exporter that is not used. */
export function otherExporter({ text }: NonNullable<Variant["exporter"]>, seen: readonly string[]) {
  const [first] = seen.map((encoding) => encoding.replace(" with gzip", ":gzip"));
  return [
    `the service sends ${seen.join(" and ")}, as its code or command sets it, and the variant is named ${text}`,
    `name what it sends, --exporter ${first} or in the scenario "exporters": ["${first}"]; to compare exporters, let it read OTEL_EXPORTER_OTLP_PROTOCOL and OTEL_EXPORTER_OTLP_COMPRESSION`,
  ] as const;
}
