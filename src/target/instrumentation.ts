import { createRequire, syncBuiltinESMExports } from "node:module";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Library } from "./services/target-kind.ts";
import { requestIdAttribute } from "./request-id.ts";

const makers: Readonly<Record<Library, () => Promise<Instrumentation>>> = {
  async http() {
    const { HttpInstrumentation } = await import("@opentelemetry/instrumentation-http");
    return new HttpInstrumentation({
      startIncomingSpanHook: ({ headers }) => requestIdAttribute(headers["x-request-id"]),
    });
  },
  async fastify() {
    const { FastifyOtelInstrumentation } = await import("@fastify/otel");
    return new FastifyOtelInstrumentation({ registerOnInitialization: true });
  },
  async express() {
    const { ExpressInstrumentation } = await import("@opentelemetry/instrumentation-express");
    return new ExpressInstrumentation();
  },
};

/** Instruments libraries that are loaded from now on. */
export async function instrument(libraries: readonly Library[]): Promise<void> {
  if (libraries.length === 0) return;
  const { registerInstrumentations } = await import("@opentelemetry/instrumentation");
  registerInstrumentations({ instrumentations: await Promise.all(libraries.map((library) => makers[library]())) });
  // Instrumentations patch what `require` loads. Requiring node:http once and syncing its ESM exports serves every import.
  createRequire(import.meta.url)("http");
  syncBuiltinESMExports();
}

/**
 * Instruments Express also if the service imports it as an ES module. The hooks run in the service's own thread. Node
 * older than 22.22.3, 24.11.1 or 25.1 has none: such a service has the spans of HTTP and Fastify only.
 */
export async function instrumentEsmToo(): Promise<void> {
  const { register, supportsSyncHooks } = await import("import-in-the-middle/register-hooks.mjs");
  if (supportsSyncHooks()) register({ include: ["express", "https"] });
}
