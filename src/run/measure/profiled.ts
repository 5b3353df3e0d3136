import { readFileSync } from "node:fs";
import { mergeCalls, type Call } from "../../record/calls.ts";
import type { TargetLine } from "../target/control.ts";
import { pinOtherThreads } from "../processes/pinning.ts";
import { profilerUs } from "../processes/accounting.ts";
import { callsOf, type CpuProfile } from "./profile.ts";

/** One sample a ms: at twice as many the profiler itself costs as much as a small service. */
const INTERVAL_US = 1000;

/** What a profiled window showed. */
export interface Profiled {
  /** µs of the main threads in JavaScript. */
  readonly calls: readonly Call[];
  /** What profiling took of other threads, µs. */
  readonly profilerUs: number;
}

/**
 * Starts V8's sampling profiler in each process of the target, and moves all threads but the main one to `cores`. A sample
 * lasts by the clock: JavaScript whose core another thread takes, such as a worker that answers it, would be charged for that.
 * The profiler's own thread would wait there until a short request has ended, and half of the JavaScript would look idle.
 */
export async function beginProfile(lines: readonly TargetLine[], cores: string | undefined): Promise<void> {
  await Promise.all(lines.map((line) => line.ask({ type: "profile", intervalUs: INTERVAL_US }, "ok")));
  if (cores !== undefined) for (const { hello } of lines) pinOtherThreads(hello.pid, cores);
}

/** Ends it, and reads the profiles, which are kept at `path` with the ending `.cpuprofile`. */
export async function endProfile(lines: readonly TargetLine[], path: string): Promise<Profiled> {
  const files = lines.map(({ hello }, at) => `${path}${at === 0 ? "" : `-${hello.service}-${at}`}.cpuprofile`);
  const ownUs = profilerUs(lines.map(({ hello }) => hello.pid));
  await Promise.all(lines.map((line, at) => line.ask({ type: "profiled", file: files[at]! }, "ok")));
  const calls = files.flatMap((file) => callsOf(JSON.parse(readFileSync(file, "utf8")) as CpuProfile));
  return { calls: mergeCalls(calls), profilerUs: ownUs };
}
