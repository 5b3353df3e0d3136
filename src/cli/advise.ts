import { styleText } from "node:util";
import type { Command } from "commander";
import { adviseOn, type Advice } from "../estimate/advise/advise.ts";
import { startedPerRequest } from "../estimate/advise/per-request.ts";
import { readResults } from "../record/file.ts";
import { buildAdvice } from "../report/advice/advice.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { snippetOf } from "./advise-code.ts";
import { declarativeText } from "./advise-declarative.ts";
import { endpointOf, environmentOf, environmentText } from "./advise-environment.ts";
import { KNOWLEDGE } from "./advise-knowledge.ts";
import { wishesOf, withAdviseOptions, type AdviseOptions } from "./advise-options.ts";
import type { Outcome } from "./exit-code.ts";
import { mediumOf } from "./terminal.ts";
import { estimatesOf } from "../estimate/estimates.ts";

export function adviseCommand(program: Command, outcome: Outcome): void {
  const command = program
    .command("advise")
    .description("choose settings for production from what was measured, with the evidence and something to paste")
    .argument("<file>", "a results file");
  withAdviseOptions(command).action((file: string, options: AdviseOptions) => {
    outcome.exitCode = advise(file, options);
  });
}

/** Something to paste, with where it goes. */
interface Paste {
  readonly title: string;
  readonly text: string;
}

/** Prints the advice; 1 where no variant meets the constraints. */
function advise(file: string, options: AdviseOptions): number {
  const results = readResults(file);
  const wishes = wishesOf(options, startedPerRequest(results.records));
  const { estimates } = estimatesOf(results);
  const advice = adviseOn(results, estimates, wishes, KNOWLEDGE);
  const pastes = pastesOf(advice, options.endpoint);
  const report = buildAdvice(results, estimates, advice);
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify({ title: report.title, caveats: report.caveats, ...told(advice), pastes }, null, 2)}\n`,
    );
  } else {
    const medium = mediumOf(process.stdout);
    process.stdout.write(renderTerminal(report, medium));
    process.stdout.write(pastes.map((paste) => pasteText(paste, medium.color)).join(""));
  }
  return advice.choice.chosen === undefined ? 1 : 0;
}

function pastesOf({ choice, batch }: Advice, givenEndpoint: string | undefined): Paste[] {
  if (choice.chosen === undefined) return [];
  const { variant, inService } = choice.chosen.candidate;
  // nobody is chosen of whom it is not known what services run
  const service = inService!;
  const endpoint = endpointOf(variant.exporter, givenEndpoint);
  const environment = environmentOf(service, batch?.advised, endpoint);
  const declarative = declarativeText(service, batch?.advised, endpoint);
  const snippet = snippetOf(variant.sampler.text);
  const limits = environment.inexpressible.map((reason) => `# ${reason}\n`).join("");
  return [
    { title: "Environment variables", text: `${limits}${environmentText(environment)}` },
    ...(declarative === undefined
      ? []
      : [{ title: "Declarative configuration, the same as a file for OTEL_CONFIG_FILE", text: declarative }]),
    ...(snippet === undefined ? [] : [{ title: snippet.title, text: snippet.text }]),
  ];
}

function pasteText({ title, text }: Paste, color: boolean): string {
  const head = color ? styleText("bold", title, { validateStream: false }) : title;
  return `\n${head}\n\n${text.trimEnd()}\n`;
}

/** The advice without the records it rests on: they are in the file. What there is none of is null. */
function told({ wishes, judged, front, choice, floor, batch, noBatch }: Advice): object {
  const variants = judged.map(({ candidate, lack, standings, projection }) => {
    const { variant, inService, figures, measuredPerSecond } = candidate;
    return {
      variant,
      inService: inService?.id ?? null,
      figures,
      measuredPerSecond,
      lack: lack ?? null,
      onFront: lack === undefined ? front.has(candidate) : null,
      standings,
      projection: projection ?? null,
    };
  });
  return {
    wishes,
    chosen: choice.chosen?.candidate.variant.id ?? null,
    variants,
    floor: floor ?? null,
    batch: batch ?? null,
    noBatch: noBatch ?? null,
  };
}
