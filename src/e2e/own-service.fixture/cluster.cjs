// Two workers behind one port. A request to /items/self calls the service itself, by node:http and by fetch.
// Where it is asked to, the workers trace themselves, and their parent passes SIGTERM on.
const cluster = require("node:cluster");
const events = require("node:events");

const port = Number(process.env.PORT);
const { OWN_SDK } = process.env;

async function callSelf() {
  const [answer] = await events.once(http.get({ host: "127.0.0.1", port, path: "/items/1" }), "response");
  answer.resume();
  await (await fetch(`http://127.0.0.1:${port}/items/2`)).text();
}

async function answer(request, response) {
  if (request.url === "/items/self") await callSelf();
  response.end("{}");
}

// before what it traces
if (OWN_SDK && cluster.isWorker) require("./tracing.cjs");
const http = require("node:http");

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  if (OWN_SDK) process.on("SIGTERM", () => workers.forEach((worker) => worker.process.kill("SIGTERM")));
} else http.createServer((...exchange) => void answer(...exchange)).listen(port, "127.0.0.1");
