import type { Command } from "commander";
import { z } from "zod";
import { resultsJsonSchema } from "../record/file.ts";
import { scenarioTextSchema } from "../spec/scenario.ts";

export function schemaCommand(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a results file")
    .option("--scenario", "print the schema of a scenario file instead; default off")
    .action((options: { readonly scenario?: true }) => {
      const schema = options.scenario
        ? z.toJSONSchema(scenarioTextSchema, { io: "input", unrepresentable: "any" })
        : resultsJsonSchema();
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
