/** Why a tracer provider exports nothing, and what a process of Python lacks. */
import type { SdkFacts } from "../../target/probe/sdk-facts.ts";
import { cause, type Cause, ENDPOINT, FROM_VARIABLES } from "./cause.ts";
import { REGISTER_IN_PYTHON } from "./likely-causes.ts";

/** If all exporters print spans, or keep them. */
export function exportedNowhere({ processors }: SdkFacts): Cause[] {
  const local = processors?.flatMap(({ exporter = "" }) => (/^(?:Console|InMemory)/.test(exporter) ? [exporter] : []));
  if (local === undefined || local.length < processors!.length) return [];
  return cause(`the service exports by ${local.join(" and ")} alone, which sends nothing`, FROM_VARIABLES);
}

export function notSetUpInPython(facts: SdkFacts, sinkPorts: readonly number[]): Cause[] {
  const { packages, provider, processors, isSetUpElsewhere } = facts;
  if (provider === undefined)
    return cause(
      packages.some((name) => name.startsWith("opentelemetry.sdk"))
        ? `no tracer provider is registered in the process that answers${isSetUpElsewhere ? ", one is in another process of the service" : ""}`
        : "the process that answers loads no SDK of OpenTelemetry",
      REGISTER_IN_PYTHON,
    );
  if (processors?.length === 0)
    return cause(
      "the tracer provider has no span processor, so nothing exports its spans",
      "provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))",
    );
  const isOther = (endpoint: string): boolean => !sinkPorts.some((port) => endpoint.includes(`:${port}`));
  const other = processors?.find(({ endpoint }) => endpoint !== undefined && isOther(endpoint));
  if (other !== undefined)
    return cause(`the exporter sends to ${other.endpoint}, as code or command sets it`, ENDPOINT);
  return exportedNowhere(facts);
}

/** Provider, sampler, processor and address are seen to be right. */
export function uninstrumentedInPython({ processors = [] }: SdkFacts): Cause[] {
  if (!processors.some(({ endpoint }) => endpoint !== undefined)) return [];
  return cause(
    "provider and exporter are set up, so the service starts no span",
    "instrument the app, such as FastAPIInstrumentor.instrument_app(app), or start it with opentelemetry-instrument",
  );
}
