import type { Attributes } from "@opentelemetry/api";
import { z } from "zod";
import { UserError } from "../../base/problem.ts";
import { readJsonFile } from "./json-file.ts";
import { samplers } from "./index.ts";
import { refuseNested } from "./nested.ts";

const FORMAT =
  'expected a list of rules, of which the first that fits decides, such as [{"path":"/health","sampler":"always_off"},{"sampler":"ratio:0.1"}]; a rule has a sampler, and may have route, path, method and attributes';

const ruleSchema = z.strictObject({
  /** `/orders/:id`: each `:name` stands for one segment of the path. */
  route: z.string().startsWith("/").optional(),
  /** What the path begins with. */
  path: z.string().startsWith("/").optional(),
  method: z.string().min(1).optional(),
  /** Attributes the span has from its start on. */
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  sampler: z.string(),
});
const fileSchema = z.array(ruleSchema, FORMAT).min(1, FORMAT);
export type Rule = z.infer<typeof ruleSchema>;

/** Reads a JSON list of rules. Throws a `UserError` that names file and place. */
export async function readRules(file: string, baseDir: string): Promise<readonly Rule[]> {
  const rules = await readJsonFile(file, baseDir, fileSchema);
  rules.forEach(({ sampler }, index) => {
    const { kind, canonical } = samplers.parse(sampler);
    const refusal = kind.name === "rules" ? "rules cannot stand inside rules" : refuseNested(canonical);
    if (refusal !== undefined) throw new UserError(`${file}: [${index}].sampler: ${refusal}`);
  });
  return rules;
}

/** All conditions that a rule has must hold; a rule without any fits every span. */
export function matches(rule: Rule, attributes: Attributes): boolean {
  const path = pathOf(attributes);
  if (rule.method !== undefined && methodOf(attributes) !== rule.method.toUpperCase()) return false;
  if (rule.path !== undefined && !path.startsWith(rule.path)) return false;
  if (rule.route !== undefined && attributes["http.route"] !== rule.route && !fitsRoute(path, rule.route)) return false;
  return Object.entries(rule.attributes ?? {}).every(([key, value]) => attributes[key] === value);
}

/** In today's semantic conventions, else in those before 1.23. */
function pathOf(attributes: Attributes): string {
  return String(attributes["url.path"] ?? attributes["http.target"] ?? attributes["http.route"] ?? "").split(
    "?",
    1,
  )[0]!;
}

function methodOf(attributes: Attributes): string {
  return String(attributes["http.request.method"] ?? attributes["http.method"] ?? "").toUpperCase();
}

function fitsRoute(path: string, route: string): boolean {
  const [segments, pattern] = [path.split("/"), route.split("/")];
  return (
    segments.length === pattern.length &&
    pattern.every((part, index) => (part.startsWith(":") ? segments[index] !== "" : part === segments[index]))
  );
}
