// As pm2: a daemon in a session of its own keeps the service running and ends it by SIGINT; the command shows its log.
const { spawn } = require("node:child_process");

const [role, ...service] = process.argv.slice(2);
const run = (args, options = {}) => spawn(process.execPath, args, { stdio: "inherit", ...options });
if (role === "daemon") {
  const keep = () => run(service).on("exit", () => (child = ending ? process.exit() : keep()));
  let child = keep();
  let ending = false;
  // it does not listen, and has work of its own: pm2 asks for the memory of what it keeps running
  setInterval(() => {
    for (const endMs = performance.now() + 10; performance.now() < endMs;);
  }, 50);
  process.on("SIGTERM", () => {
    ending = true;
    child.kill("SIGINT");
  });
} else {
  run([__filename, "daemon", role, ...service], { detached: true }).unref();
  setInterval(() => undefined, 1000);
}
