import type { Results } from "../record/results.ts";

/** Letters of a commit; `unknown` has as many. */
const SHORT = 7;

interface Commit {
  readonly commit: string;
  readonly dirty?: boolean | undefined;
}

export function commitText({ commit, dirty }: Commit): string {
  return `commit ${commit}${dirty === true ? " with changes" : ""}`;
}

/** Of a service that is not a part of Spantoll. The repository of one that was not started here is unknown. */
export function serviceText(service: Commit, { target }: Results["scenario"]): string {
  if (service.commit !== "unknown" || target.kind.command === undefined) return commitText(service);
  return "in no git repository";
}

/** Whose commits a run measured, in short: `service commit 1a2b3c4, Spantoll commit 5d6e7f8 with changes`. */
export function commitsText({ environment, scenario }: Pick<Results, "environment" | "scenario">): string {
  const short = ({ commit, dirty }: Commit): Commit => ({ commit: commit.slice(0, SHORT), dirty });
  const service = environment.service && `service ${serviceText(short(environment.service), scenario)}, `;
  return `${service ?? ""}Spantoll ${commitText(short(environment))}`;
}
