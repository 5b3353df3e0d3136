import { formatDuration } from "../../base/units.ts";

/** How long a process may take to answer a question, beyond the time that its work is planned to take. */
export const ANSWER_WITHIN_MS = 10_000;

/** Resolves as `answer` does. Rejects if it takes longer than `ms`; `who` and `question` go into the message. */
export async function answerWithin<T>(
  answer: Promise<T>,
  { ms, who, question, why }: { ms: number; who: string; question: string; why: string },
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const message = `${who} did not answer the harness's "${question}" within ${formatDuration(ms)}: ${why}`;
  const timer = setTimeout(() => reject(new Error(message)), ms);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
