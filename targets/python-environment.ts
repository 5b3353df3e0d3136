/** Makes the Python environment `.venv` in a folder, with its pinned packages: `node targets/python-environment.ts FOLDER OPTION`. */
import { join } from "node:path";
import { execaSync, ExecaSyncError } from "execa";

const [folder = "", option = ""] = process.argv.slice(2);
const venv = join(folder, ".venv");
const python = process.env["PYTHON"] ?? "python3";
try {
  execaSync(python, ["-m", "venv", venv], { stdio: "inherit" });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
  execaSync(join(venv, "bin", "python"), [...pip, join(folder, "requirements.txt")], { stdio: "inherit" });
  console.log(`ready: npm run bench -- ${option}`);
} catch (error) {
  console.error(error instanceof ExecaSyncError ? error.shortMessage : String(error));
  console.error(`${folder} needs Python 3.11 or newer with venv (Debian: python3-venv); PYTHON names another one`);
  process.exitCode = 1;
}
