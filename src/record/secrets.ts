import { createHash } from "node:crypto";
import { TAKEN_OUT, withSafeTexts } from "../base/redact.ts";
import type { Results } from "./results.ts";

/** Results as they may be written: texts without secrets, and the length and hash of a request's body in its place. */
export function withoutSecrets<T extends Pick<Results, "scenario">>(results: T): T {
  const requests = results.scenario.requests.map(({ body, ...request }) =>
    body === undefined ? request : { ...request, body: summaryOf(body) },
  );
  return withSafeTexts({ ...results, scenario: { ...results.scenario, requests } });
}

const BODY = /^\[\d+ bytes, sha256 [0-9a-f]{8}\]$/;

function summaryOf(body: string): string {
  if (BODY.test(body)) return body;
  return `[${Buffer.byteLength(body)} bytes, sha256 ${createHash("sha256").update(body).digest("hex").slice(0, 8)}]`;
}

/** Whether something that a run needs was taken out: it cannot be resumed from this. */
export function lacksSecrets({ scenario, plan }: Pick<Results, "scenario" | "plan">): boolean {
  const isShort = scenario.requests.some(({ body }) => body !== undefined && BODY.test(body));
  return isShort || TAKEN_OUT.test(JSON.stringify([scenario.target, scenario.requests, plan.variants]));
}
