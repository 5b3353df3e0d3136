import type { Command } from "commander";
import { adviseOn } from "../../estimate/advise/advise.ts";
import { spansPerRequest } from "../../estimate/advise/per-request.ts";
import { readResults } from "../../record/file.ts";
import { UserError } from "../../base/problem.ts";
import { safeText } from "../../base/redact.ts";
import { adviceJson, buildAdvicePage } from "../../report/advice/advice-page.ts";
import { renderMarkdown } from "../../report/reporters/markdown.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { estimatesOf } from "../../estimate/estimates.ts";
import { codeOf, EXIT, type Outcome } from "../exit-code.ts";
import { mediumOf } from "../terminal.ts";
import { addOptions, wishesOf, type AdviseOptions } from "./options.ts";
import { collectorQueueOf, isLimited, persistSpans, policyOf, processingOf } from "./collector-file.ts";
import { pastesOf } from "./paste.ts";

export function adviseCommand(program: Command, outcome: Outcome): void {
  const command = program
    .command("advise")
    .description("recommend settings for production from a results file, with reasons, cost and configuration to paste")
    .argument("<file>", "a results file");
  addOptions(command).action((file: string, options: AdviseOptions) => {
    const { text, exitCode } = adviseFile(file, options);
    process.stdout.write(text);
    outcome.exitCode = exitCode;
  });
}

function adviseFile(file: string, options: AdviseOptions): { readonly text: string; readonly exitCode: number } {
  const results = readResults(file);
  if (results.plan.builds !== undefined)
    throw new UserError(`${safeText(file)}: it compares two commits; give a run of one, of bench without --base`);
  const wishes = wishesOf(options, spansPerRequest(results));
  const advice = adviseOn(results, estimatesOf(results).estimates, wishes, {
    queueOf: collectorQueueOf,
    policyOf,
    isLimited,
  });
  const { service, variant } = advice.chosen?.candidate ?? {};
  const { pastes, gaps } =
    service === undefined || variant === undefined
      ? { pastes: [], gaps: [] }
      : pastesOf({
          variant,
          service,
          queue: advice.queue?.advised,
          endpoint: options.endpoint,
          collector: { processing: processingOf(variant), persistSpans: persistSpans(advice) },
        });
  const page = buildAdvicePage(results, advice, { pastes, gaps });
  const judged = { chosen: EXIT.measured, missed: EXIT.regression, unsettled: EXIT.unjudged }[page.outcome];
  const exitCode = codeOf(results.records, judged);
  if (options.json) return { text: adviceJson(page, advice), exitCode };
  const text = options.markdown ? renderMarkdown(page) : renderTerminal(page, mediumOf(process.stdout));
  return { text, exitCode };
}
