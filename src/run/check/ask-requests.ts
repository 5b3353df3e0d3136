import { Pool } from "undici";
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
  // each on a connection of its own: some services close theirs after an answer, and say nothing of it
  const pool = new Pool(origin, { connections: AT_ONCE, pipelining: 0 });
  const routes = new Map<string, string[]>();
  let [sent, answered] = [0, 0];
  const deadlineMs = performance.now() + SEND_WITHIN_MS;
  const askInTurn = async (): Promise<void> => {
    while (sent < count && performance.now() < deadlineMs) {
      const id = ++sent;
      const template = mix.choose(id, 0);
      const status = await statusOf(pool, mix.render(template, id));
      const [route, isRight] = [names[template]!, templates[template]!.expect.includes(Number(status))];
      if (isRight) answered++;
      routes.set(route, [...(routes.get(route) ?? []), isRight ? RIGHT : status]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  await pool.destroy();
  const unexpected = [...routes].flatMap(([route, all]) =>
    [...Map.groupBy(all, (status) => status)]
      .filter(([status]) => status !== RIGHT)
      .map(([status, { length: count }]) => ({ route, status, count, of: all.length })),
  );
  return { sent, answered, unexpected };
}

async function statusOf(pool: Pool, { method, path, headers, body }: RenderedRequest): Promise<string> {
  let hasBegun = false;
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const asked = { method: method as "GET", path, headers, body: body ?? null, signal };
    const answer = await pool.request(asked);
    hasBegun = true;
    await answer.body.arrayBuffer();
    return String(answer.statusCode);
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "TimeoutError") return NO_ANSWER;
    return `${hasBegun ? "answer broken off" : "no answer"} (${message})`;
  }
}
