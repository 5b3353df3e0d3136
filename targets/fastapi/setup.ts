/** Makes the Python environment of the target `fastapi`: targets/fastapi/.venv, with the pinned packages. */
import { join } from "node:path";
import { execaSync, ExecaSyncError } from "execa";

const folder = import.meta.dirname;
const venv = join(folder, ".venv");
const python = process.env["PYTHON"] ?? "python3";
try {
  execaSync(python, ["-m", "venv", venv], { stdio: "inherit" });
  const pip = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    join(folder, "requirements.txt"),
  ];
  execaSync(join(venv, "bin", "python"), pip, { stdio: "inherit" });
  console.log(`ready: npm run bench -- --target fastapi --sampler ratio:0.1`);
} catch (error) {
  console.error(error instanceof ExecaSyncError ? error.shortMessage : String(error));
  console.error("setup:fastapi needs Python 3.11 or newer with venv (Debian: python3-venv); PYTHON names another one");
  process.exitCode = 1;
}
