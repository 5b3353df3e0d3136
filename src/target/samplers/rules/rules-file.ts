import type { Attributes } from "@opentelemetry/api";
import { z } from "zod";
import { UserError } from "../../../base/problem.ts";
import { readJsonFile } from "../json-file.ts";
import type { NestedSampler } from "../nested.ts";

const FORMAT =
  'expected a list of rules; the first that fits decides: [{"path":"/health","sampler":"always_off"},{"sampler":"ratio:0.1"}]; a rule has a sampler, and may have route, path, method and attributes';

function ruleSchema(sampler: NestedSampler) {
  return z.strictObject({
    /** `/orders/:id`: each `:name` stands for one segment of the path. */
    route: z.string().startsWith("/").optional(),
    /** What the path begins with. */
    path: z.string().startsWith("/").optional(),
    method: z.string().min(1).optional(),
    /** Attributes that the span has from its start on. */
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    sampler,
  });
}
export type Rule = z.infer<ReturnType<typeof ruleSchema>>;

/** Reads a JSON list of rules. Throws a `UserError` that names file and place. */
export async function readRules(file: string, baseDir: string, sampler: NestedSampler): Promise<readonly Rule[]> {
  const schema = z.array(ruleSchema(sampler), FORMAT).min(1, FORMAT);
  const rules = await readJsonFile(file, baseDir, schema);
  const inner = rules.findIndex(({ sampler: { kind } }) => kind.name === "rules");
  if (inner >= 0) throw new UserError(`${file}: [${inner}].sampler: rules cannot stand inside rules`);
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
