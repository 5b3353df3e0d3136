import { text } from "../../base/units.ts";
import type { TargetKind } from "../kinds.ts";

const fields = { run: text, port_env: text.prefault("PORT") };

export const command: TargetKind<typeof fields> = {
  name: "command",
  about: "your own service, told its port in an environment variable or by {port}",
  example: 'command:"node server.js"',
  fields,
  main: "run",
  instrumented: ["http", "fastify", "express"],
  requests: [],
  services: () => [{ service: "service", needs: [] }],
  command: ({ run, port_env }) => ({ command: run, portEnv: port_env }),
  refuse({ port_env }) {
    if (/^[A-Za-z_]\w*$/.test(port_env)) return undefined;
    return `port_env is the name of an environment variable, such as PORT; got "${port_env}"`;
  },
};
