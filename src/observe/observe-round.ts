import { setTimeout as sleep } from "node:timers/promises";
import type { Observation } from "./observation.ts";
import { askPatiently, askSeries, NoAnswer, type Series, type Span } from "./prometheus.ts";
import { namesOf, readWindow, type Answer, type WindowReading } from "./window.ts";

/** How long a Prometheus that is gone is waited for, in scrape intervals, and at least. */
const PATIENCE = { scrapes: 4, leastMs: 15_000 };

export interface Asking {
  readonly origin: URL;
  readonly observation: Observation;
  readonly signal: AbortSignal;
}

/** The windows of a round: whole ones, after it has settled. */
export function windowsOf(
  { windowMs, settleMs }: Pick<Observation, "windowMs" | "settleMs">,
  { startMs, endMs }: Span,
): Span[] {
  const count = Math.floor((endMs - startMs - settleMs) / windowMs + 1e-9);
  return Array.from({ length: count }, (_, at) => ({
    startMs: startMs + settleMs + at * windowMs,
    endMs: startMs + settleMs + (at + 1) * windowMs,
  }));
}

/** Waits for the end of the round, and for the scrapes that belong to it. Rejects if the signal comes. */
export async function waitFor({ observation, signal }: Asking, { endMs }: Span): Promise<void> {
  const untilMs = endMs + observation.scrapeMs;
  while (Date.now() < untilMs) await sleep(Math.min(untilMs - Date.now(), 60_000), undefined, { signal });
}

/** What Prometheus knows of the windows of a round that is over. Throws a `UserError` if it refuses a query. */
export async function readRound(asking: Asking, round: Span): Promise<WindowReading[]> {
  const { observation } = asking;
  const asked: { span: Span; answers: Record<string, Answer> | NoAnswer }[] = [];
  const patienceMs = Math.max(PATIENCE.leastMs, PATIENCE.scrapes * observation.scrapeMs);
  for (const span of windowsOf(observation, round))
    asked.push({ span, answers: await askWindow(asking, span, patienceMs) });
  const most = mostReplicas(
    observation,
    asked.flatMap(({ answers }) => (answers instanceof NoAnswer ? [] : [answers])),
  );
  return asked.map(({ span, answers }) =>
    answers instanceof NoAnswer
      ? { span, variants: {}, faults: [{ text: `Prometheus did not answer: ${answers.message}`, isVoid: true }] }
      : readWindow(observation, span, answers, most),
  );
}

/** Asks every query once, of the last scrapes. Throws a `UserError` if Prometheus refuses one or does not answer. */
export async function checkQueries(asking: Asking): Promise<void> {
  const endMs = Date.now();
  const answers = await askWindow(asking, { startMs: endMs - 4 * asking.observation.scrapeMs, endMs }, 0);
  if (answers instanceof NoAnswer) throw answers;
}

async function askWindow(
  { origin, observation, signal }: Asking,
  span: Span,
  patienceMs: number,
): Promise<Record<string, Answer> | NoAnswer> {
  const { queries } = observation;
  const { lostSpans = {}, ...others } = queries;
  const ask = (selector: string | undefined, variant: string): Promise<Series[]> => {
    if (selector === undefined) return Promise.resolve([]);
    const text = selector.replaceAll("$match", () => matchersOf(observation, variant));
    return askPatiently(() => askSeries(origin, text, span, signal), patienceMs, signal);
  };
  const askAll = async (named: Readonly<Record<string, string | undefined>>, variant: string) =>
    Object.fromEntries(
      await Promise.all(Object.entries(named).map(async ([name, text]) => [name, await ask(text, variant)] as const)),
    );
  try {
    const answers: Record<string, Answer> = {};
    for (const variant of Object.keys(observation.variants)) {
      const [read, lost] = await Promise.all([askAll({ ...others }, variant), askAll(lostSpans, variant)]);
      answers[variant] = { ...read, lostSpans: lost } as unknown as Answer;
    }
    return answers;
  } catch (error) {
    if (error instanceof NoAnswer && !signal.aborted) return error;
    throw error;
  }
}

function matchersOf({ match, matchers, variantLabel }: Observation, variant: string): string {
  return [match, matchers[variant] ?? `${variantLabel}=${JSON.stringify(variant)}`]
    .filter((text) => text !== "")
    .join(",");
}

function mostReplicas(
  { variants, instanceLabel }: Observation,
  windows: readonly Readonly<Record<string, Answer>>[],
): Record<string, number> {
  const most = (variant: string): number =>
    Math.max(0, ...windows.map((answers) => namesOf(answers[variant]!.cpu, instanceLabel).length));
  return Object.fromEntries(Object.keys(variants).map((variant) => [variant, most(variant)]));
}
