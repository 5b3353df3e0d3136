import { kept, type Part } from "../part.ts";

export function idParts(): Part[] {
  return (["generateTraceId", "generateSpanId"] as const).map((method) => ({
    name: method === "generateTraceId" ? "id/trace" : "id/span",
    about: method === "generateTraceId" ? "making a trace id" : "making a span id",
    async make() {
      const { RandomIdGenerator } = await import("@opentelemetry/sdk-trace-base");
      const ids = new RandomIdGenerator();
      return {
        run(times) {
          for (let i = 0; i < times; i++) kept.count += ids[method]().charCodeAt(0);
        },
      };
    },
  }));
}
