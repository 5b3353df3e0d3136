import { isIPv4 } from "node:net";
import { UserError } from "../base/problem.ts";
import type { LoadJob } from "./job.ts";

/** Throws a `UserError` if load would leave this machine without permission. */
export function assertLoopback({ targets, allowRemote }: Pick<LoadJob, "targets" | "allowRemote">): void {
  for (const { id, origin } of targets) {
    const { hostname } = new URL(origin);
    if (hostname === allowRemote || isLoopback(hostname)) continue;
    throw new UserError(
      `target ${id}: "${origin}" is not on this machine; load goes to loopback only, unless --allow-remote ${hostname} names the host`,
    );
  }
}

/** Of a URL: an IPv6 address is in brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."));
}
