import { add, bucketOf } from "./latency-buckets.ts";

/** A request with a complete answer, as its sender saw it. */
export interface AnsweredRequest {
  readonly route: string;
  readonly failed: boolean;
  readonly latencyUs: number;
}

export interface RouteTruth {
  requests: number;
  /** Requests by bucket of latency. */
  readonly latency: Map<number, number>;
}

/** Further routes are counted together, so that names made of ids do not fill the memory. */
const MOST_ROUTES = 512;
const OTHER_ROUTES = "(other routes)";

/** What really happened: all requests of a trial, or all traces of a recording. Its size does not grow with their number. */
export class Truth {
  requests = 0;
  failed = 0;
  unanswered = 0;
  readonly latency = new Map<number, number>();
  readonly routes = new Map<string, RouteTruth>();

  add(request: AnsweredRequest): void {
    this.requests++;
    if (request.failed) this.failed++;
    const name = this.routeOf(request);
    const route = this.routes.get(name) ?? { requests: 0, latency: new Map() };
    this.routes.set(name, route);
    route.requests++;
    const bucket = bucketOf(request.latencyUs);
    add(route.latency, bucket, 1);
    add(this.latency, bucket, 1);
  }

  /** The name under which the request's route is counted. Ask only after the request was added. */
  routeOf(request: AnsweredRequest): string {
    return this.routes.has(request.route) || this.routes.size < MOST_ROUTES ? request.route : OTHER_ROUTES;
  }
}
