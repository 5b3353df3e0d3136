/** What is odd about the answers, missing from the ledger, or came to the sink and was not a span of this trial. */
import { WRONG_ANSWERS } from "../../record/trial-record.ts";
import { phaseRow, rateOption, type Phase } from "../../spec/phases.ts";
import { keptShareOf } from "../../spec/workload.ts";
import { REQUEST_ID_ATTRIBUTE } from "../../target/request-id.ts";
import type { Gates } from "./readings.ts";
import { expectedRange } from "./expected-range.ts";
import { answersFix, answersText } from "../target/unexpected-answers.ts";

/** How the spans of a service get the ids of requests. */
export const NAME_REQUESTS = `have the HTTP instrumentation capture the request header x-request-id, or copy it into the attribute ${REQUEST_ID_ATTRIBUTE} of the request's first span`;

/** Of the requests of the closed loop. */
const MOST_BROKEN_OFF = 0.005;
const UNANNOUNCED =
  'look at the service\'s log; if it closes a connection after an answer, as uvicorn does after an exception, have it announce that with "connection: close"';

/** Whether the SDK is asked to name the requests. */
const areReported = (phase: Phase): boolean => phaseRow(phase).sdkReports;

/** Background work of a service makes some traces of its own. */
const TRACES_BEYOND_REQUESTS = 0.01;

export const LEDGER_GATES: Gates = {
  [WRONG_ANSWERS]({ load, loadResult: { unexpectedAnswers } }) {
    if (load.unexpected === 0) return undefined;
    return {
      message: answersText(unexpectedAnswers),
      fix: answersFix(unexpectedAnswers),
      invalidates: load.unexpected > 0.01 * load.completed,
    };
  },

  "lost-requests"({ load }, phase) {
    const lost = load.errors + load.timeouts + load.skipped + load.unfinished;
    if (lost === 0) return undefined;
    const isClosed = phaseRow(phase).loop === "closed";
    return {
      message: `${load.errors} requests broke off, ${load.timeouts} timed out, ${load.skipped} were never sent, ${load.unfinished} had no answer at the end`,
      fix:
        load.errors === lost
          ? UNANNOUNCED
          : `${isClosed ? "lower --connections" : `lower ${rateOption(phase)}, raise --connections`}, or raise "timeout" in the scenario`,
      // in the open loop the rate is not reached then
      invalidates: isClosed && load.errors + load.timeouts > MOST_BROKEN_OFF * load.intended,
    };
  },

  /** Whether the share of sampled local roots fits the asked probability. */
  "sampling-ratio"({ variant, roots, setting, target }) {
    if (roots === undefined || roots.started === 0) return undefined;
    const asked = keptShareOf(setting.scenario, variant.sampler);
    if (asked === undefined) return undefined;
    const [low, high] = expectedRange(asked, roots.started);
    // a request that probes the service has no caller
    const probes = target?.probes ?? 0;
    if (roots.sampled >= low - probes && roots.sampled <= high + probes) return undefined;
    return {
      message: `${roots.sampled} of ${roots.started} local roots were sampled; a share of ${asked} allows ${low} to ${high}`,
      fix: "look at the sampler: trace ids may not be random, or decisions may come from elsewhere",
    };
  },

  residual({ ledger }) {
    if (ledger === undefined || ledger.residual === 0) return undefined;
    if (ledger.source === "sdk")
      return {
        code: "sdk-residual",
        message: `the SDK's metrics of itself are ${ledger.residual} spans off: they do not add up to what arrived`,
        fix: "trust what the sink received",
      };
    return {
      message: `${ledger.residual} spans are not explained by the ledger`,
      fix: "please report it: losing count of spans is a bug of Spantoll",
      invalidates: true,
    };
  },

  "sdk-metrics"({ ledger }) {
    if (ledger?.source !== "sdk") return undefined;
    return {
      message: "the SDK counts its own spans in this phase, which adds to its latency (Python: about 20 µs CPU a span)",
      fix: "take CPU and throughput from the other phases, in which the SDK does not count",
    };
  },

  "requests-unaccounted"({ requests, loadResult }) {
    if (requests === undefined) return undefined;
    const { startedAtTarget, completedAtDriver, unfinishedAtDriver } = requests;
    const driver = completedAtDriver + unfinishedAtDriver;
    // whether one that broke off or timed out had reached the service is not known
    const lost = Math.max(0, loadResult.lifetime.sent - driver);
    if (startedAtTarget >= driver && startedAtTarget <= driver + lost) return undefined;
    return {
      message: `the target counted ${startedAtTarget} requests, the driver ${driver}${lost > 0 ? `, and ${lost} that had no answer` : ""}`,
      fix: "look whether something else talks to the service",
    };
  },

  /** Of a service with an SDK of its own: what it keeps is known only if its spans name their requests. */
  "requests-unnamed"({ outside, named, trial, setting }) {
    if (outside === undefined || outside.received === 0 || named) return undefined;
    const { phases } = setting.scenario;
    if (phases.some(areReported) && !areReported(trial.phase)) return undefined;
    const isAsked = areReported(trial.phase);
    return {
      message: `none of the ${outside.received} spans that arrived names its request, so what was kept is unknown`,
      fix: `${isAsked ? "" : "add --phase latency, in which instrumentation of Python and Java captures it; or "}${NAME_REQUESTS}`,
    };
  },

  strangers({ sink }) {
    if (sink?.strangers === undefined || sink.strangers === 0) return undefined;
    return {
      message: `${sink.strangers} export requests did not have the secret of this trial and were refused: another program sent them, or an exporter that drops the path or metadata of its endpoint`,
      fix: "end programs on this machine that export spans to ports of 127.0.0.1; let a service's exporter use OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and _HEADERS as they are",
    };
  },

  "malformed-requests"({ sink }) {
    const refused = Object.entries(sink?.malformed ?? {});
    if (refused.length === 0) return undefined;
    const counts = refused.map(([status, count]) => `${count} with ${status}`).join(", ");
    return {
      message: `the sink refused export requests that were malformed or cut off: ${counts}`,
      fix: "look at the exporter: 404 is a wrong path, 413 too large a batch, 499 a connection closed before its end",
    };
  },

  /** Without a ledger of the SDK, nothing else shows spans of others. */
  "traces-beyond-requests"({ outside, loadResult, target }) {
    const requests = loadResult.lifetime.sent + (target?.probes ?? 0);
    if (outside?.traces === undefined || outside.traces <= requests) return undefined;
    return {
      message: `${outside.traces} traces arrived of ${requests} requests`,
      fix: "turn off spans of the service's background work, and look whether something else talks to it",
      invalidates: outside.traces > (1 + TRACES_BEYOND_REQUESTS) * requests,
    };
  },
};
