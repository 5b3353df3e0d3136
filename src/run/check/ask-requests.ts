import { Agent, request as httpRequest } from "node:http";
import { formatDuration } from "../../base/units.ts";
import { requestMix, type RenderedRequest } from "../../load/mix.ts";
import { requestNames } from "../../load/request-names.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { requestsOf } from "../../spec/workload.ts";
import type { Observation } from "./observation.ts";

const AT_ONCE = 8;
const ANSWER_WITHIN_MS = 10_000;
export const SEND_WITHIN_MS = 5000;
const SEED = 1;
const RIGHT = "right";
/** In place of a status. */
const NO_ANSWER = `no answer within ${formatDuration(ANSWER_WITHIN_MS)}`;

/** Sends requests of the scenario's mix, some at once, for a few seconds at most. */
export async function askRequests(
  origin: string,
  scenario: Scenario,
  count: number,
): Promise<Pick<Observation, "sent" | "answered" | "unexpected">> {
  const templates = requestsOf(scenario);
  const names = requestNames(templates);
  const mix = requestMix(templates, SEED);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const routes = new Map<string, string[]>();
  let [sent, answered] = [0, 0];
  const deadlineMs = performance.now() + SEND_WITHIN_MS;
  const askInTurn = async (): Promise<void> => {
    while (sent < count && performance.now() < deadlineMs) {
      const id = ++sent;
      const template = mix.choose(id, 0);
      const status = await statusOf(origin, agent, mix.render(template, id));
      const [route, isRight] = [names[template]!, templates[template]!.expect.includes(Number(status))];
      if (isRight) answered++;
      routes.set(route, [...(routes.get(route) ?? []), isRight ? RIGHT : status]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  agent.destroy();
  const unexpected = [...routes].flatMap(([route, all]) =>
    [...Map.groupBy(all, (status) => status)]
      .filter(([status]) => status !== RIGHT)
      .map(([status, { length: count }]) => ({ route, status, count, of: all.length })),
  );
  return { sent, answered, unexpected };
}

function statusOf(origin: string, agent: Agent, { method, path, headers, body }: RenderedRequest): Promise<string> {
  return new Promise((resolve) => {
    const asked = httpRequest(`${origin}${path}`, { method, agent, timeout: ANSWER_WITHIN_MS }, (response) => {
      response.resume();
      response.once("end", () => resolve(String(response.statusCode)));
      response.once("error", () => resolve("broken off"));
    });
    for (let at = 0; at < headers.length; at += 2) asked.setHeader(headers[at]!, headers[at + 1]!);
    asked.once("timeout", () => {
      resolve(NO_ANSWER);
      asked.destroy();
    });
    asked.once("error", ({ code, message }: NodeJS.ErrnoException) => resolve(`no answer (${code ?? message})`));
    asked.end(body);
  });
}
