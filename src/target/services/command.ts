import { flag, period, text } from "../../base/units.ts";
import type { TargetKind } from "./target-kind.ts";

const fields = {
  run: text,
  port_env: text.prefault("PORT"),
  own_sdk: flag.prefault("false"),
  sdk_metrics: flag.prefault("false"),
  none_command: text.optional(),
  ready: period.prefault("20s"),
};

export const command: TargetKind<typeof fields> = {
  name: "command",
  about:
    "your own service; it gets its port as PORT or {port}; own_sdk if it sets up OpenTelemetry itself (none_command: without tracing); ready=60s to wait longer",
  example: 'command:"node server.js"',
  fields,
  main: "run",
  instrumented: "auto",
  requests: [],
  services: () => [{ service: "service", needs: [] }],
  command: ({ run, port_env, own_sdk, none_command, sdk_metrics, ready }) => ({
    command: run,
    portEnv: port_env,
    ownSdk: own_sdk,
    sdkMetrics: sdk_metrics,
    ...(none_command !== undefined && { noneCommand: none_command }),
    readyWithinMs: ready,
  }),
  meant: (line) => (line.includes(" ") ? `command:"${line.replaceAll('"', "'")}"` : undefined),
  refuse({ port_env, own_sdk, none_command, sdk_metrics }) {
    if (sdk_metrics && !own_sdk) return "sdk_metrics needs own_sdk: without it, Spantoll counts the spans";
    if (none_command !== undefined && !own_sdk) return "none_command needs own_sdk: without it, none has no tracing";
    if (/^[A-Za-z_]\w*$/.test(port_env)) return undefined;
    return `port_env is the name of an environment variable, such as PORT; got "${port_env}"`;
  },
};
