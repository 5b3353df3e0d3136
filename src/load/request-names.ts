import type { RequestTemplate } from "./job.ts";

/** What messages call each request: its route, and its class if another has the same route. */
export function requestNames(requests: readonly Pick<RequestTemplate, "route" | "class">[]): string[] {
  const byRoute = Map.groupBy(requests, ({ route }) => route);
  return requests.map(({ route, class: name }) => (byRoute.get(route)!.length === 1 ? route : `${route} (${name})`));
}
