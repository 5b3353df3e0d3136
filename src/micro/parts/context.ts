import type { Context } from "@opentelemetry/api";
import { kept, type Operation, type Part } from "../part.ts";

/** Propagation between processes and the active span within one, by what `NodeTracerProvider.register()` registers. */
export function contextParts(): Part[] {
  return [
    { name: "context/inject", about: "writing the headers of an outgoing request", make: inject },
    { name: "context/extract", about: "reading the headers of a traced request", make: () => extract(true) },
    { name: "context/extract-absent", about: "reading the headers of an untraced request", make: () => extract(false) },
    { name: "context/switch", about: "making another span active for the length of a call", make: switching },
    { name: "context/active", about: "asking for the active context", make: active },
  ];
}

async function registered(): Promise<typeof import("@opentelemetry/api")> {
  const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
  new NodeTracerProvider().register();
  return import("@opentelemetry/api");
}

async function sampledContexts(requests?: number): Promise<readonly Context[]> {
  const { remoteParents, TraceFlags } = await import("./request.ts");
  return remoteParents(TraceFlags.SAMPLED, requests);
}

/** A power of two; headers are read digit by digit, and a processor would learn those of a few (see `RING`). */
const HEADERS = 2048;

async function inject(): Promise<Operation> {
  const { propagation } = await registered();
  const contexts = await sampledContexts();
  let next = 0;
  return {
    run(times) {
      for (let i = 0; i < times; i++) {
        const headers: Record<string, string> = { host: "127.0.0.1" };
        propagation.inject(contexts[next++ & (contexts.length - 1)]!, headers);
        kept.count += headers["traceparent"]!.length;
      }
    },
  };
}

async function extract(isTraced: boolean): Promise<Operation> {
  const { propagation, ROOT_CONTEXT } = await registered();
  const contexts = await sampledContexts(HEADERS);
  const requests = contexts.map((context) => {
    const headers: Record<string, string> = { host: "127.0.0.1", "content-type": "application/json" };
    if (isTraced) propagation.inject(context, headers);
    return headers;
  });
  let next = 0;
  return {
    run(times) {
      for (let i = 0; i < times; i++) {
        const extracted = propagation.extract(ROOT_CONTEXT, requests[next++ & (requests.length - 1)]!);
        if (extracted !== ROOT_CONTEXT) kept.count++;
      }
    },
  };
}

async function switching(): Promise<Operation> {
  const { context } = await registered();
  const contexts = await sampledContexts();
  const call = (): void => void kept.count++;
  let next = 0;
  return {
    run(times) {
      for (let i = 0; i < times; i++) context.with(contexts[next++ & (contexts.length - 1)]!, call);
    },
  };
}

async function active(): Promise<Operation> {
  const { context } = await registered();
  const [current] = await sampledContexts();
  return {
    run(times) {
      context.with(current!, () => {
        for (let i = 0; i < times; i++) if (context.active() === current) kept.count++;
      });
    },
  };
}
