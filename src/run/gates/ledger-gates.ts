/** What is odd about the answers, or missing from the ledger. */
import type { Warning } from "../../record/trial-record.ts";
import { phaseRow, rateOption, type Phase } from "../../spec/phases.ts";
import { REQUEST_ID_ATTRIBUTE } from "../../target/request-id.ts";
import type { Readings } from "../measure/readings.ts";
import { answersFix, answersText } from "../unexpected-answers.ts";

export function unexpectedResponses({ load, loadResult: { unexpectedAnswers } }: Readings): Warning | undefined {
  if (load.unexpected === 0) return undefined;
  return {
    code: "unexpected-responses",
    message: answersText(unexpectedAnswers),
    fix: answersFix(unexpectedAnswers),
    invalidates: load.unexpected > 0.01 * load.completed,
  };
}

export function lostRequests({ load }: Readings, phase: Phase): Warning | undefined {
  const lost = load.errors + load.timeouts + load.skipped + load.unfinished;
  if (lost === 0) return undefined;
  return {
    code: "lost-requests",
    message: `${load.errors} requests broke off, ${load.timeouts} timed out, ${load.skipped} were never sent, ${load.unfinished} had no answer at the end`,
    fix: `${phaseRow(phase).loop === "closed" ? "lower --connections" : `lower ${rateOption(phase)}, raise --connections`}, or raise "timeout" in the scenario`,
  };
}

export function residual({ ledger }: Readings): Warning | undefined {
  if (ledger === undefined || ledger.residual === 0) return undefined;
  if (ledger.source === "sdk")
    return {
      code: "sdk-residual",
      message: `the SDK's metrics of itself are ${ledger.residual} spans off: they do not add up to what arrived`,
      fix: "trust what the sink received",
    };
  return {
    code: "residual",
    message: `${ledger.residual} spans are not explained by the ledger`,
    fix: "please report it: losing count of spans is a bug of Spantoll",
    invalidates: true,
  };
}

export function sdkMetricsCost({ ledger }: Readings): Warning | undefined {
  if (ledger?.source !== "sdk") return undefined;
  return {
    code: "sdk-metrics",
    message: "the SDK counts its own spans in this phase, which adds to its latency (Python: about 20 µs CPU a span)",
    fix: "take CPU and throughput from the other phases, in which the SDK does not count",
  };
}

export function requestsUnaccounted({ requests, loadResult }: Readings): Warning | undefined {
  if (requests === undefined || loadResult.errors + loadResult.timeouts > 0) return undefined;
  const driver = requests.completedAtDriver + requests.unfinishedAtDriver;
  if (requests.startedAtTarget === driver) return undefined;
  return {
    code: "requests-unaccounted",
    message: `the target counted ${requests.startedAtTarget} requests, the driver ${driver}`,
    fix: "look whether something else talks to the service",
  };
}

/** Whether the SDK is asked to name the requests. */
const areReported = (phase: Phase): boolean => phaseRow(phase).sdkReports;

/** Of a service with an SDK of its own: what of it is kept can be judged where its spans say of which request they are. */
export function requestsUnnamed({ outside, named: judged, trial, setting }: Readings): Warning | undefined {
  if (outside === undefined || outside.received === 0 || judged) return undefined;
  const { phases } = setting.scenario;
  if (phases.some(areReported) && !areReported(trial.phase)) return undefined;
  const isAsked = areReported(trial.phase);
  return {
    code: "requests-unnamed",
    message: `none of the ${outside.received} spans that arrived names its request, so what was kept is unknown`,
    fix: `${isAsked ? "" : "add --phase latency, in which instrumentation of Python and Java captures it; or "}have the HTTP instrumentation capture the request header x-request-id, or copy it into the attribute ${REQUEST_ID_ATTRIBUTE} of the request's first span`,
  };
}
