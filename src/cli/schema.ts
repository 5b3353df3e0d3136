import { type Command, Option } from "commander";
import { z } from "zod";
import { observationTextSchema } from "../observe/observation.ts";
import { resultsSchema } from "../record/results.ts";
import { scenarioTextSchema } from "../spec/scenario.ts";

export function schemaCommand(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a results file")
    .option("--scenario", "print the schema of a scenario file instead; default off")
    .addOption(
      new Option("--observe", "print the schema of a plan for `observe` instead; default off").conflicts("scenario"),
    )
    .action((options: { readonly scenario?: true; readonly observe?: true }) => {
      const written = options.scenario ? scenarioTextSchema : options.observe ? observationTextSchema : undefined;
      const io = written === undefined ? "output" : "input";
      const schema = z.toJSONSchema(written ?? resultsSchema, { io, unrepresentable: "any" });
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
