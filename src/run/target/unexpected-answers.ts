/** The words for answers that the scenario does not expect. */
import type { UnexpectedAnswers } from "../../load/job.ts";

/** `GET /items/:id answered 404 to 300 of 300`, the most frequent first. */
export function answersText(all: readonly UnexpectedAnswers[]): string {
  const texts = all
    .toSorted((a, b) => b.count - a.count)
    .map(({ route, status, count, of }) => {
      return /^\d+$/.test(status)
        ? `${route} answered ${status} to ${count} of ${of}`
        : `${route}: ${status} to ${count} of ${of}`;
    });
  return texts.length > 3 ? `${texts.slice(0, 3).join("; ")}; and ${texts.length - 3} more` : texts.join("; ");
}

const CORRECT = 'correct the request\'s "path", "headers" or "body"';
/** Statuses that name another path. The driver does not follow them. */
export const REDIRECTION = /^30[12378]$/;

export function answersFix(all: readonly UnexpectedAnswers[]): string {
  const statuses = [...new Set(all.map(({ status }) => status))].filter((status) => /^\d+$/.test(status));
  if (statuses.length === 0) return "look at the service's log";
  const listed = statuses.join(", ");
  const log = statuses.some((status) => status.startsWith("5")) ? "look at the service's log; " : "";
  const sumOf = (route: string): number => all.reduce((sum, one) => sum + (one.route === route ? one.count : 0), 0);
  if (all.every(({ route, of }) => sumOf(route) >= of)) {
    const isElsewhere = statuses.every((status) => REDIRECTION.test(status));
    const correct = isElsewhere ? 'give the final path as the request\'s "path"' : CORRECT;
    return `${log}${correct}, or give it "expect": [${listed}]`;
  }
  const expected = [...new Set(["200", ...statuses])].join(", ");
  return `${log}if these answers are right, add ${listed} to the request's "expect", such as [${expected}]`;
}
