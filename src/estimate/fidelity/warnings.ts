import { total } from "../../base/sum-of.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { Warning } from "../../record/trial-record.ts";

const UNNAMED_LOSSES = "unnamed-losses";

/** Whether a share counts traces as whole that may lack a lost span. */
export function isUpperBound({ warnings = [] }: { readonly warnings?: readonly Pick<Warning, "code">[] }): boolean {
  return warnings.some(({ code }) => code === UNNAMED_LOSSES);
}

/** Warnings that hold for all fidelity figures of a variant. */
export function fidelityWarnings(fidelities: readonly Fidelity[]): Warning[] {
  const warnings: Warning[] = [];
  if (fidelities.some(({ weight, traces }) => weight === "none" && traces.arrived > 0)) {
    warnings.push({
      code: "no-valid-weight",
      message: "the sampler keeps traces with an unknown probability, so estimates from kept traces are biased",
      fix: "use a sampler with a known probability (ratio, probability) if counts and rates are computed from spans",
    });
  }
  const unmarked = total(fidelities, ({ spanStatus }) => spanStatus?.failuresUnmarked ?? 0);
  if (unmarked > 0) {
    warnings.push({
      code: "failures-unmarked",
      message: `${unmarked} failed requests arrived whole without a span of status ERROR: a sampler that looks at spans cannot find them`,
      fix: "give a span of a failing request the status ERROR, as the conventions ask for 5xx",
    });
  }
  const uncounted = total(fidelities, ({ spanStatus }) => spanStatus?.errorsUncounted ?? 0);
  if (uncounted > 0) {
    warnings.push({
      code: "errors-uncounted",
      message: `${uncounted} requests were answered below 500 and have a span of status ERROR: they do not count as failed`,
      fix: 'if these are failures, write "fails": true beside the requests in the scenario',
    });
  }
  if (fidelities.some(({ shapes, edges }) => shapes.omitted + edges.omitted > 0)) {
    warnings.push({
      code: "shapes-omitted",
      message: "there are more trace shapes than a record holds; the coverage is that of the most frequent ones",
      fix: "give spans names of low cardinality, without ids in them",
    });
  }
  return warnings;
}

/** If the traces of lost spans are unknown, shares of whole traces are upper bounds. `lostSpans` is undefined without a ledger. */
export function unnamedLossesWarnings(
  trials: readonly (Pick<Fidelity, "traces"> & { readonly lostSpans: number | undefined })[],
): Warning[] {
  const lost = trials
    .filter(({ traces }) => traces.arrived > 0)
    .reduce((sum, { traces, lostSpans }) => sum + (traces.unnamedLosses ?? lostSpans ?? NaN), 0);
  if (lost === 0) return [];
  const [which, fix] = Number.isNaN(lost)
    ? [
        "there is no ledger of lost spans",
        "add sdk_metrics to the target (own_sdk,sdk_metrics): an SDK that counts its own spans, such as Python's, then gives a ledger",
      ]
    : [`the traces of ${lost} lost spans are unknown`, "find out what loses the spans"];
  return [
    {
      code: UNNAMED_LOSSES,
      message: `${which}: a trace that lacks one may count as whole, so shares of whole traces are upper bounds`,
      fix,
    },
  ];
}
