/** Scenarios of a service of the user's own, in a folder of their own. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { writeJson } from "./program.fixture.ts";

export const SERVICE = join(import.meta.dirname, "own-service.fixture");
export const folder = temporaryFolder();
export const requests = [
  { route: "GET /items/:id", path: "/items/{n}", weight: 9 },
  { route: "GET /items/:id", class: "unknown", path: "/items/absent", weight: 1, expect: [404] },
];

/** Writes a scenario and a place for its results; `script` becomes the service. */
export function prepare(
  name: string,
  fields: object,
  script?: string,
): { scenario: string; out: string; script: string } {
  const path = join(folder, `${name}.cjs`);
  if (script !== undefined) writeFileSync(path, script);
  const target = `command:(node ${path})`;
  const scenario = writeJson(folder, name, { target, samplers: ["ratio:0.5"], requests, ...fields });
  return { scenario, out: join(folder, `${name}-results.json`), script: path };
}

export const UNTRACED = { samplers: ["none"], reference: false, phases: ["latency"] };
export const SERVER = (body: string): string =>
  `require("node:http").createServer((request, response) => { ${body} }).listen(process.env.PORT, "127.0.0.1");`;
export const ANSWER = `response.writeHead(request.url.endsWith("absent") ? 404 : 200).end();`;
