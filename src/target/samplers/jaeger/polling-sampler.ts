import { JaegerRemoteSampler } from "@opentelemetry/sampler-jaeger-remote";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace";
import type { SamplerMade } from "../../kinds.ts";
import { readStrategies, strategyResponse } from "./strategies.ts";

/** Starts the package's sampler with its first strategies loaded. Each poll reads the file anew. */
export async function startJaegerSampler(
  file: string,
  baseDir: string,
  serviceName: string,
  pollMs: number,
): Promise<SamplerMade> {
  const config = { endpoint: file, serviceName, poolingInterval: pollMs, initialSampler: new AlwaysOffSampler() };
  const { made: sampler, timers } = catchIntervals(() => new JaegerRemoteSampler(config));
  for (const timer of timers) timer.unref();
  // in place of `fetch`, because instrumentation would make spans of it
  const response = async (): Promise<object> => strategyResponse(await readStrategies(file, baseDir), serviceName);
  Object.assign(sampler, { getSamplerConfig: response });
  await sampler["getAndUpdateSampler"]();
  return { sampler, shutdown: async () => timers.forEach((timer) => clearInterval(timer)) };
}

/** The package offers no way to stop or unref its polling timer, so it is caught when it is set. */
function catchIntervals<T>(make: () => T): { made: T; timers: NodeJS.Timeout[] } {
  const { setInterval } = globalThis;
  const timers: NodeJS.Timeout[] = [];
  const catching = (...args: Parameters<typeof setInterval>): NodeJS.Timeout => {
    const timer = setInterval(...args);
    timers.push(timer);
    return timer;
  };
  globalThis.setInterval = Object.assign(catching, setInterval);
  try {
    return { made: make(), timers };
  } finally {
    globalThis.setInterval = setInterval;
  }
}
