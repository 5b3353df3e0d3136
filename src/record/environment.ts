import { readdirSync, readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { execa } from "execa";
import { UserError } from "../base/problem.ts";
import { git, hasChanges } from "./git.ts";
import { CALIBRATION_FILE, readNoiseFloor } from "./noise-floor.ts";
import type { Environment } from "./results.ts";

const REPOSITORY = new URL("../../", import.meta.url);

/** The packages whose versions decide what tracing costs. */
const UNDER_TEST =
  /^(@opentelemetry\/|@fastify\/otel$|fastify$|express$|autocannon$|undici$|hdr-histogram-js$|@grpc\/grpc-js$)/;

/**
 * Reads what this machine and these packages are. Never an environment variable.
 * @param node the versions that run the target
 */
export async function readEnvironment(
  node: string,
  pinning: Environment["pinning"],
  service?: { readonly folder: string; readonly scenario?: string | undefined },
): Promise<Environment> {
  const [commit, status, serviceCommit, isDirty] = await Promise.all([
    git(REPOSITORY, "rev-parse", "HEAD"),
    git(REPOSITORY, "status", "--porcelain"),
    service && git(service.folder, "rev-parse", "HEAD"),
    service && hasChanges(service.folder, service.scenario),
  ]);
  const cpu = { model: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length };
  const noiseFloor = readNoiseFloor(CALIBRATION_FILE, { cpu, node });
  const manifest = JSON.parse(readFileSync(new URL("package.json", REPOSITORY), "utf8")) as Manifest;
  return {
    startedAt: new Date().toISOString(),
    spantoll: manifest.version,
    commit: commit ?? "unknown",
    dirty: status !== undefined && isChanged(status),
    ...(service && {
      service: { commit: serviceCommit ?? "unknown", ...(isDirty !== undefined && { dirty: isDirty }) },
    }),
    node,
    ownNode: process.version,
    cpu: { ...cpu, governors: governors() },
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    packages: Object.fromEntries(Object.entries(manifest.dependencies).filter(([name]) => UNDER_TEST.test(name))),
    ...(pinning && { pinning }),
    ...(noiseFloor && { noiseFloor }),
  };
}

/** Whether `git status --porcelain` shows changes. A file that git does not know counts only if it may be measured. */
export function isChanged(status: string): boolean {
  const lines = status.split("\n").filter((line) => line !== "");
  return lines.some((line) => !line.startsWith("?? ") || /^\?\? "?(src|scenarios)\//.test(line));
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** `v26.10.0`. Throws a `UserError` for a file that is no Node. */
export async function readNodeVersion(node: string): Promise<string> {
  const { stdout, failed } = await execa(node, ["--version"], { reject: false, timeout: 10_000 });
  if (failed || !/^v\d+\./.test(stdout))
    throw new UserError(`--node "${node}": expected a version such as 22, or the path of a Node executable`);
  return stdout.trim();
}

/** The frequency governors in use; empty if the machine has none to show. */
function governors(): string[] {
  try {
    const folder = "/sys/devices/system/cpu";
    const cores = readdirSync(folder).filter((name) => /^cpu\d+$/.test(name));
    return [...new Set(cores.map((core) => readFileSync(`${folder}/${core}/cpufreq/scaling_governor`, "utf8").trim()))];
  } catch {
    return [];
  }
}
