/** Which request an id stands for, and its text: a pure function of the id and the seed. */
import { callerSpanId } from "../base/caller.ts";
import { deriveSeed, seededRandom, type Random } from "../base/random.ts";
import { UserError } from "../base/problem.ts";
import { thresholdState, traceIdBelow } from "../base/probability-sampling.ts";
import type { Incident, RequestParent, RequestTemplate } from "./job.ts";

/** The header by which the driver, the target's spans and the sink speak of the same request. */
const REQUEST_ID_HEADER = "x-request-id";

/** A request ready to be sent. `headers` alternates names and values. */
export interface RenderedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: string[];
  readonly body: string | Buffer | undefined;
}

export interface Mix {
  /** Index of the template for request `id`, which is due `windowMs` after the window's opening (negative in the warm-up). */
  choose(id: number, windowMs: number): number;
  /** The request of that template with `{id}` and `{n}` filled in, its `x-request-id`, and its parent. */
  render(template: number, id: number): RenderedRequest;
}

/** Throws a `UserError` if no request has a weight, or no request is of the incident's class. */
export function requestMix(requests: readonly RequestTemplate[], seed: number, incident?: Incident): Mix {
  const bounds = cumulativeShares(requests);
  const struck = incident === undefined ? -1 : templateOf(incident, requests);
  const kindSeed = deriveSeed(seed, "template");
  const incidentSeed = deriveSeed(seed, "incident");
  const numberSeed = deriveSeed(seed, "n");
  const traceSeed = deriveSeed(seed, "trace");
  const renderers = requests.map((template) => compileRequest(template));
  return {
    choose(id, windowMs) {
      const at = draw(kindSeed, id);
      const usual = bounds.findIndex((bound) => at < bound);
      if (incident === undefined || windowMs < incident.atMs) return usual;
      if (requests[usual]!.route !== incident.route) return usual;
      return draw(incidentSeed, id) < incident.share ? struck : usual;
    },
    render(template, id) {
      const request = renderers[template]!(String(id), String(Math.floor(draw(numberSeed, id) * 1000)));
      const { parent } = requests[template]!;
      if (parent !== undefined) request.headers.push(...parentHeaders(parent, traceIdOf(traceSeed, id)));
      return request;
    },
  };
}

/** The uniform number in [0, 1) that belongs to an id. */
function draw(seed: number, id: number): number {
  return streamOf(seed, id)();
}

/** Each id jumps to a place of its own in the seeded stream. */
function streamOf(seed: number, id: number): Random {
  return seededRandom(seed ^ Math.imul(id, 0x9e3779b1));
}

function traceIdOf(seed: number, id: number): string {
  const random = streamOf(seed, id);
  const words = Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32));
  return words.map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** W3C Trace Context, https://www.w3.org/TR/trace-context/. A caller that is not sampled has no threshold. */
function parentHeaders({ sampled, threshold = false }: RequestParent, traceId: string): string[] {
  const isSampled = traceIdBelow(sampled, traceId);
  const spanId = callerSpanId(BigInt(`0x${traceId.slice(16)}`), isSampled)
    .toString(16)
    .padStart(16, "0");
  const traceparent = `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
  const tracestate = threshold && isSampled ? ["tracestate", thresholdState(sampled)] : [];
  return ["traceparent", traceparent, ...tracestate];
}

function cumulativeShares(requests: readonly RequestTemplate[]): number[] {
  const total = requests.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new UserError("requests: expected at least one with a weight above 0");
  let sum = 0;
  const bounds = requests.map(({ weight }) => (sum += weight) / total);
  // Rounding may leave the sum just below 1, and a draw above it.
  bounds[bounds.findLastIndex((_, index) => requests[index]!.weight > 0)] = 1;
  return bounds;
}

function templateOf({ route, class: name }: Incident, requests: readonly RequestTemplate[]): number {
  const exact = requests.findIndex((template) => template.class === name && template.route === route);
  const index = exact === -1 ? requests.findIndex((template) => template.class === name) : exact;
  if (index === -1) {
    const classes = [...new Set(requests.map((template) => template.class))].join(", ");
    throw new UserError(`incident: no request is of class "${name}"; expected one of ${classes}`);
  }
  return index;
}

type Fill<T = string> = (id: string, n: string) => T;

function compileRequest(template: RequestTemplate): Fill<RenderedRequest> {
  const { method } = template;
  const path = compileText(template.path);
  const body = template.body === undefined ? undefined : compileText(template.body);
  const fixedBody = body === undefined || hasPlace(template.body!) ? undefined : Buffer.from(template.body!);
  const names = Object.keys(template.headers ?? {});
  const fills = names.map((name) => compileText(template.headers![name]!));
  return (id, n) => {
    const headers = [REQUEST_ID_HEADER, id];
    for (let i = 0; i < names.length; i++) headers.push(names[i]!, fills[i]!(id, n));
    return { method, path: path(id, n), headers, body: fixedBody ?? body?.(id, n) };
  };
}

const PLACE = /\{(id|n)\}/;

function hasPlace(text: string): boolean {
  return PLACE.test(text);
}

/** Splits once, so that filling in is a mere joining of strings. */
function compileText(text: string): Fill {
  const parts = text.split(PLACE);
  if (parts.length === 1) return () => text;
  return (id, n) => {
    let filled = parts[0]!;
    for (let i = 1; i < parts.length; i += 2) filled += (parts[i] === "id" ? id : n) + parts[i + 1]!;
    return filled;
  };
}
