/** Builds the Collector, Jaeger v2 or vegeta at pinned versions into the cache: `node collectors/setup.ts collector|jaeger|vegeta`. */
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execaSync, ExecaSyncError } from "execa";
import { COLLECTOR, JAEGER, type Program } from "../src/collector/programs.ts";
import { vegetaBuilt } from "../src/load/engines/vegeta.ts";

const BUILDER = "go.opentelemetry.io/collector/cmd/builder@v0.161.0";
const JAEGER_COMMAND = "github.com/jaegertracing/jaeger/cmd/jaeger";
const JAEGER_VERSION = "v1.76.0";
const VEGETA = "github.com/tsenart/vegeta/v12@v12.12.0";

interface Build {
  readonly program: Pick<Program, "setup" | "path">;
  /** An option of bench. */
  readonly example: string;
  /** Builds in the folder; returns the binary. */
  run(folder: string, go: (...args: readonly string[]) => void): string;
}

const BUILDS: Readonly<Record<string, Build>> = {
  collector: {
    program: COLLECTOR,
    example: "--collector tail-sampling",
    run(folder, go) {
      go("install", BUILDER);
      const manifest = join(import.meta.dirname, "builder.yaml");
      execaSync(join(folder, "bin", "builder"), ["--config", manifest], { cwd: folder, stdio: "inherit" });
      return join(folder, "dist", "otelcol-spantoll");
    },
  },
  jaeger: {
    program: JAEGER,
    example: "--collector jaeger",
    // `go install` refuses a module with replace directives
    run(folder, go) {
      go("mod", "init", "jaeger-build");
      go("get", "-tool", `${JAEGER_COMMAND}@${JAEGER_VERSION}`);
      go("build", "-o", "jaeger", JAEGER_COMMAND);
      return join(folder, "jaeger");
    },
  },
  vegeta: {
    program: { setup: "setup:vegeta", path: vegetaBuilt },
    example: "--driver vegeta --phase latency",
    run(folder, go) {
      go("install", VEGETA);
      return join(folder, "bin", "vegeta");
    },
  },
};

const build = BUILDS[process.argv[2] ?? ""];
if (build === undefined) {
  console.error(`setup.ts "${process.argv[2] ?? ""}": expected one of ${Object.keys(BUILDS).join(", ")}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "spantoll-build-"));
try {
  const go = (...args: readonly string[]): void =>
    void execaSync("go", args, { cwd: folder, stdio: "inherit", env: { GOBIN: join(folder, "bin") } });
  go("version");
  console.log("this takes some minutes");
  const binary = build.run(folder, go);
  const path = build.program.path();
  mkdirSync(dirname(path), { recursive: true });
  // one that runs is not written over
  copyFileSync(binary, `${path}.new`);
  renameSync(`${path}.new`, path);
  console.log(`ready: npm run bench -- ${build.example}`);
} catch (error) {
  console.error(error instanceof ExecaSyncError ? error.shortMessage : String(error));
  console.error(`${build.program.setup} needs Go 1.25 or newer, and its module proxy`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
