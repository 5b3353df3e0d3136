import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CollectorFiles } from "../../collector/collector-kind.ts";
import { startGuarded, type Child } from "../processes/child.ts";
import { freePorts } from "../processes/ports.ts";

/** Laid over every configuration: a page of metrics, and a log of one JSON object a line with nothing left out. */
const TELEMETRY = JSON.stringify({
  service: {
    telemetry: {
      logs: { level: "info", sampling: { enabled: false }, encoding: "json" },
      metrics: {
        level: "detailed",
        // oxlint-disable-next-line no-template-curly-in-string -- the Collector's own syntax
        readers: [{ pull: { exporter: { prometheus: { host: "127.0.0.1", port: "${env:METRICS_PORT}" } } } }],
      },
    },
  },
});
/** What it gets to send its queue as it ends. */
export const EXIT_WITHIN_MS = 15_000;

const PORTS = ["http", "grpc", "metrics", "query", "queryGrpc", "prometheus"] as const;
type Ports = Readonly<Record<(typeof PORTS)[number], number>>;

interface CollectorSetting {
  /** For its log, and for a queue on disk. */
  readonly folder: string;
  readonly ports: Ports;
  readonly sinkUrl: string;
  readonly cores: string | undefined;
}

export async function collectorPorts(): Promise<Ports> {
  const free = await freePorts(PORTS.length);
  return Object.fromEntries(PORTS.map((name, at) => [name, free[at]!])) as Ports;
}

/** Starts it under the guard, so that it ends when we are gone. */
export function startCollector(
  { binary, configuration, environment }: CollectorFiles,
  { folder, ports, sinkUrl, cores }: CollectorSetting,
): Child {
  const env = {
    ...environment,
    OTLP_HTTP_PORT: String(ports.http),
    OTLP_GRPC_PORT: String(ports.grpc),
    METRICS_PORT: String(ports.metrics),
    QUERY_HTTP_PORT: String(ports.query),
    QUERY_GRPC_PORT: String(ports.queryGrpc),
    PROMETHEUS_PORT: String(ports.prometheus),
    SINK_URL: sinkUrl,
    STORAGE_DIR: folder,
    SPANTOLL_TELEMETRY: TELEMETRY,
    SPANTOLL_COLLECTOR: binary,
    SPANTOLL_CONFIG: configuration,
    SPANTOLL_LOG: join(folder, "log"),
  };
  const command =
    'exec "$SPANTOLL_COLLECTOR" --config "$SPANTOLL_CONFIG" --config env:SPANTOLL_TELEMETRY >/dev/null 2>"$SPANTOLL_LOG"';
  return startGuarded({ command, env, graceMs: EXIT_WITHIN_MS }, { cores });
}

/** What it has written to its log. */
export function logOf(folder: string): string {
  try {
    return readFileSync(join(folder, "log"), "utf8");
  } catch {
    return "";
  }
}
