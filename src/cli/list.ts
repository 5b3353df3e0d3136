import { styleText } from "node:util";
import type { Command } from "commander";
import { collectors } from "../collector/index.ts";
import { conditions } from "../sink/conditions/index.ts";
import { drivers } from "../load/engines/kinds.ts";
import type { Kind } from "../base/registry.ts";
import { listScenarios } from "../spec/library.ts";
import { exporters } from "../target/exporters/index.ts";
import { processors } from "../target/processors/index.ts";
import { samplers } from "../target/samplers/index.ts";
import { targets } from "../target/services/index.ts";

interface Section {
  readonly title: string;
  readonly option: string;
  readonly kinds: readonly Pick<Kind, "example" | "about">[];
}

export function listCommand(program: Command): void {
  program
    .command("list")
    .description("list all samplers, processors, exporters, backend conditions, drivers, targets and scenarios")
    .option("--json", "print the list as JSON; default off")
    .action((options: { readonly json?: true }) => {
      const sections = listSections();
      process.stdout.write(options.json ? `${JSON.stringify(sections, null, 2)}\n` : asText(sections));
    });
}

export function listSections(): Section[] {
  const section = (
    title: string,
    option: string,
    kinds: readonly Pick<Kind, "name" | "example" | "about">[],
  ): Section => ({
    title,
    option,
    kinds: kinds.map(({ name, example, about }) => ({ name, example, about })),
  });
  const scenarios = listScenarios().map(({ name, about }) => ({ name, example: name, about }));
  return [
    section("Samplers", "--sampler", samplers.kinds),
    section("Processors", "--processor", processors.kinds),
    section("Exporters", "--exporter", exporters.kinds),
    section("Backend conditions", "--backend", conditions.kinds),
    section("Collectors", "--collector", collectors.kinds),
    section("Drivers", "--driver", drivers.kinds),
    section("Targets", "--target", targets.kinds),
    section("Scenarios", "bench", scenarios),
  ];
}

function asText(sections: readonly Section[]): string {
  const width = Math.max(...sections.flatMap(({ kinds }) => kinds.map(({ example }) => example.length)));
  return sections
    .map(({ title, option, kinds }) => {
      const lines = kinds.map(({ example, about }) => `  ${example.padEnd(width)}  ${about}`);
      return `${styleText("bold", title)} (${option})\n${lines.join("\n")}\n`;
    })
    .join("\n");
}
