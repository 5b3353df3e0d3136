import { add, bucketOf } from "./latency-buckets.ts";

/** A request whose answer was complete, as the one who sent it saw it. */
export interface JudgedRequest {
  readonly route: string;
  readonly class: string;
  readonly failed: boolean;
  readonly latencyUs: number;
}

export interface RouteTruth {
  requests: number;
  failed: number;
  /** Requests by bucket of latency. */
  readonly latency: Map<number, number>;
}

/** Routes beyond this many are judged together, so that names made of ids do not fill the memory. */
const MOST_ROUTES = 512;
const OTHER_ROUTES = "(other routes)";

/** What really happened: all requests of a trial, or all traces of a recording. Its size does not grow with their number. */
export class Truth {
  requests = 0;
  failed = 0;
  unanswered = 0;
  readonly routes = new Map<string, RouteTruth>();
  /** Requests by class. */
  readonly classes = new Map<string, number>();

  add(request: JudgedRequest): void {
    this.requests++;
    if (request.failed) this.failed++;
    const name = this.routeOf(request);
    const route = this.routes.get(name) ?? { requests: 0, failed: 0, latency: new Map() };
    this.routes.set(name, route);
    route.requests++;
    if (request.failed) route.failed++;
    add(route.latency, bucketOf(request.latencyUs), 1);
    this.classes.set(request.class, (this.classes.get(request.class) ?? 0) + 1);
  }

  /** The name under which the request's route is judged. Ask only after the request was added. */
  routeOf(request: JudgedRequest): string {
    return this.routes.has(request.route) || this.routes.size < MOST_ROUTES ? request.route : OTHER_ROUTES;
  }
}
