import { JaegerRemoteSampler } from "@opentelemetry/sampler-jaeger-remote";
import { AlwaysOffSampler, type Sampler } from "@opentelemetry/sdk-trace";

/** Starts the package's sampler with its first strategies loaded. `stop` ends its polling. */
export async function startJaegerSampler(
  endpoint: string,
  serviceName: string,
  pollMs: number,
): Promise<{ sampler: Sampler; stop: () => void }> {
  const config = { endpoint, serviceName, poolingInterval: pollMs, initialSampler: new AlwaysOffSampler() };
  const { made: sampler, timers } = catchIntervals(() => new JaegerRemoteSampler(config));
  for (const timer of timers) timer.unref();
  await sampler["getAndUpdateSampler"]();
  return { sampler, stop: () => timers.forEach((timer) => clearInterval(timer)) };
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
