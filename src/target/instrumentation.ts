import { createRequire, syncBuiltinESMExports } from "node:module";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import type { Library } from "./kinds.ts";
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

/** Instruments libraries that are loaded from here on; without a tracer provider its spans are the API's no-ops. */
export async function instrument(libraries: readonly Library[]): Promise<void> {
  if (libraries.length === 0) return;
  const { registerInstrumentations } = await import("@opentelemetry/instrumentation");
  registerInstrumentations({ instrumentations: await Promise.all(libraries.map((library) => makers[library]())) });
  // Instrumentations patch what passes through `require`. Passing node:http through it once, and then
  // bringing its ESM exports up to date, serves every way of importing it.
  createRequire(import.meta.url)("http");
  syncBuiltinESMExports();
}

/**
 * A service of the user's own may `import` Express, which `require` never sees. These hooks run in
 * the service's own thread, so that no loader thread adds to what is measured. On Node older than
 * 22.22.3, 24.11.1 or 25.1 there are none, and such a service has the spans of HTTP and Fastify only.
 */
export async function instrumentEsmToo(): Promise<void> {
  const { register, supportsSyncHooks } = await import("import-in-the-middle/register-hooks.mjs");
  if (supportsSyncHooks()) register({ include: ["express", "https"] });
}
