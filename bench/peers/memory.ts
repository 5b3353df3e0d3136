import { readFileSync } from "node:fs";

/**
 * Resident memory of a process, now and at its peak, by the kernel. Not by getrusage: there the peak of a process
 * begins with that of the one that started it.
 */
export function memoryOf(pid: number): { readonly rssBytes: number; readonly peakRssBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytesOf = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)![1]) * 1024;
  return { rssBytes: bytesOf("VmRSS"), peakRssBytes: bytesOf("VmHWM") };
}
