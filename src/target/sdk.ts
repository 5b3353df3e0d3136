import type { SpanExporter } from "@opentelemetry/sdk-trace";

type Current = typeof import("@opentelemetry/sdk-trace");
/** What the measured program builds its tracing from. */
type Sdk = Pick<Current, "TracerProvider" | "BatchSpanProcessor" | "SimpleSpanProcessor">;

/** `sdk-trace-base` up to 2.8: the same classes, with other names and arguments. */
interface Old {
  readonly BasicTracerProvider: Current["TracerProvider"];
  readonly BatchSpanProcessor: new (exporter: SpanExporter, config: object) => InstanceType<Sdk["BatchSpanProcessor"]>;
  readonly SimpleSpanProcessor: new (exporter: SpanExporter) => InstanceType<Sdk["SimpleSpanProcessor"]>;
}

/** The SDK among the packages of this program, whatever its version. */
export async function loadSdk(): Promise<Sdk> {
  const sdk: Current | Old = await import("@opentelemetry/sdk-trace");
  return isOld(sdk) ? adapt(sdk) : sdk;
}

function isOld(sdk: Current | Old): sdk is Old {
  return "BasicTracerProvider" in sdk;
}

function adapt({ BasicTracerProvider, BatchSpanProcessor, SimpleSpanProcessor }: Old): Sdk {
  return {
    TracerProvider: BasicTracerProvider,
    BatchSpanProcessor: class extends BatchSpanProcessor {
      constructor({ exporter, ...config }: ConstructorParameters<Sdk["BatchSpanProcessor"]>[0]) {
        super(exporter, config);
      }
    },
    SimpleSpanProcessor: class extends SimpleSpanProcessor {
      constructor({ exporter }: ConstructorParameters<Sdk["SimpleSpanProcessor"]>[0]) {
        super(exporter);
      }
    },
  };
}
