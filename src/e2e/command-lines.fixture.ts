/** The command line, in a process that runs many: it starts once. */
import { runCli } from "../cli/program.ts";

const written = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"] as const) {
  process[name].setMaxListeners(0);
  process[name].write = (chunk) => {
    written[name] += String(chunk);
    return true;
  };
}

process.on("message", ({ cwd, args }: { cwd: string; args: readonly string[] }) => {
  process.chdir(cwd);
  Object.assign(written, { stdout: "", stderr: "" });
  const trimmed = (text: string): string => text.replace(/\n$/, "");
  void runCli(args).then((exitCode) =>
    process.send!({ exitCode, stdout: trimmed(written.stdout), stderr: trimmed(written.stderr) }),
  );
});
