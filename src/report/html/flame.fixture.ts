import type { Call } from "../../record/calls.ts";
import { fixtureReport } from "../report.fixture.ts";
import type { Flame } from "../report.ts";
import { renderHtml } from "../reporters/html.ts";

/** A name that must stay text on a page. */
export const HOSTILE = "<img src=x onerror=alert(1)>";

export const call = (name: string, part: string, us: number, ...calls: Call[]): Call => ({ name, part, us, calls });
export const handler = call("handle", "the service", 40, call("emit", "Node", 15));
const traced = [call("handle", "the service", 80, call(HOSTILE, "@opentelemetry/core", 50), call("emit", "Node", 15))];

export const TWO_FLAMES: readonly Flame[] = [
  { variant: "none", label: "none", calls: [handler] },
  { variant: "always_on", label: "always_on", total: "83.1 ±1.5", calls: traced },
];

export function flamePage(...flames: readonly Flame[]): string {
  return renderHtml({ ...fixtureReport(), flames });
}
