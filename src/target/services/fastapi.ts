import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UserError } from "../../base/problem.ts";
import type { ConfigOf } from "../../base/registry.ts";
import { count, flag } from "../../base/units.ts";
import type { ServiceCommand, TargetKind } from "./target-kind.ts";
import { CHAIN } from "./orders-chain.ts";
import { shopTraffic } from "./shop/traffic.ts";

const FOLDER = fileURLToPath(new URL("../../../targets/fastapi/", import.meta.url));
const PYTHON = `${FOLDER}.venv/bin/python`;

const fields = { chain: flag.prefault("false"), workers: count(1, 64).prefault("1") };

export const fastapi: TargetKind<typeof fields> = {
  name: "fastapi",
  about: "the order service in Python: FastAPI, uvicorn, OpenTelemetry's Python SDK; `chain` as five services",
  example: "fastapi:chain,workers=2",
  fields,
  instrumented: "none",
  runtime: "Python",
  requests: shopTraffic,
  // a request takes some 2 ms with all spans, and through the chain four times that
  usualRatePerSecond: ({ chain }) => (chain ? 25 : 100),
  services: ({ chain }) => (chain ? CHAIN : [{ service: "shop", needs: [] }]),
  command: ({ workers }, service) => commandOf(workers, service),
  check() {
    if (!existsSync(PYTHON))
      throw new UserError("target fastapi: its Python environment is missing: npm run setup:fastapi");
  },
};

function commandOf(workers: ConfigOf<typeof fields>["workers"], service: string): ServiceCommand {
  const run = `exec "${PYTHON}" "${FOLDER}serve.py" ${service} --port {port} --workers ${workers}`;
  return {
    command: run,
    noneCommand: `${run} --bare`,
    portEnv: "PORT",
    ownSdk: true,
    sdkMetrics: true,
    exporters: ["otlp-http/protobuf", "otlp-grpc", "console"],
    serviceName: service,
  };
}
