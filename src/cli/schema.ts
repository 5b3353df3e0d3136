import type { Command } from "commander";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import { observationTextSchema } from "../observe/observation.ts";
import { resultsSchema } from "../record/results.ts";
import { scenarioTextSchema } from "../spec/scenario.ts";

export function schemaCommand(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a results file")
    .option("--scenario", "print the schema of a scenario file instead; default off")
    .option("--observe", "print the schema of a plan for `observe` instead; default off")
    .action((options: { readonly scenario?: true; readonly observe?: true }) => {
      if (options.scenario && options.observe)
        throw new UserError("--scenario and --observe both print to stdout: give one of them");
      const written = options.scenario ? scenarioTextSchema : options.observe ? observationTextSchema : undefined;
      const io = written === undefined ? "output" : "input";
      const schema = z.toJSONSchema(written ?? resultsSchema, { io, unrepresentable: "any" });
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
