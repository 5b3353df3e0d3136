import type { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { readResults } from "../record/file.ts";
import { buildReport } from "../report/build.ts";
import { reporters } from "../report/reporters/index.ts";
import type { Medium } from "../report/reporters/kind.ts";
import { writeOutput } from "./output.ts";
import { readParts, tablesOfParts } from "./parts.ts";
import { estimatesOf } from "./session.ts";

interface ReportOptions {
  readonly html?: string;
  readonly markdown?: string;
  readonly prometheus?: true;
  readonly json?: true;
  readonly parts?: string;
}

/** `report FILE.json`: the results of an earlier run, rendered again without measuring. */
export function reportCommand(program: Command): void {
  const print = (text: string): void => program.configureOutput().writeOut?.(text);
  program
    .command("report")
    .argument("<results>", "a results file")
    .description("render a results file: on the terminal, or in another format")
    .option("--html <file>", `write ${aboutOf("html")}`)
    .option("--markdown <file>", `write ${aboutOf("markdown")}`)
    .option("--prometheus", `print ${aboutOf("prometheus")}`)
    .option("--json", `print ${aboutOf("json")}`)
    .option("--parts <file>", "say how much of the cost the parts that micro has measured explain")
    .action((path: string, options: ReportOptions) => {
      if (options.prometheus && options.json) {
        throw new UserError("--prometheus and --json both print to the terminal: give one of them");
      }
      const results = readResults(path);
      const built = buildReport(results, estimatesOf(results));
      const explained =
        options.parts === undefined
          ? []
          : tablesOfParts("--parts", estimatesOf(readParts("--parts", options.parts)), results);
      const report = { ...built, tables: [...built.tables, ...explained] };
      const render = (format: string): string => kindOf(format).render(report, mediumOf(process.stdout));
      for (const format of ["html", "markdown"] as const) {
        const file = options[format];
        if (file === undefined) continue;
        writeOutput(`--${format}`, file, render(format));
        process.stderr.write(`wrote ${file}\n`);
      }
      if (options.prometheus) print(render("prometheus"));
      else if (options.json) print(render("json"));
      else if (options.html === undefined && options.markdown === undefined) print(render("terminal"));
    });
}

function kindOf(format: string): (typeof reporters.kinds)[number] {
  return reporters.parse(format).kind;
}

function aboutOf(format: string): string {
  return kindOf(format).about;
}

/** As wide as the terminal, in colour where it has colours and NO_COLOR does not forbid them. */
export function mediumOf(stream: NodeJS.WriteStream): Medium {
  return { color: stream.isTTY && stream.hasColors(), width: stream.columns ?? 120 };
}
