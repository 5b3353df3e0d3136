// Two workers behind one port. A request to /items/self calls the service itself, by node:http and by fetch.
const cluster = require("node:cluster");
const events = require("node:events");
const http = require("node:http");

const port = Number(process.env.PORT);

async function callSelf() {
  const [answer] = await events.once(http.get({ host: "127.0.0.1", port, path: "/items/1" }), "response");
  answer.resume();
  await (await fetch(`http://127.0.0.1:${port}/items/2`)).text();
}

async function answer(request, response) {
  if (request.url === "/items/self") await callSelf();
  response.end("{}");
}

if (cluster.isPrimary) for (let worker = 0; worker < 2; worker++) cluster.fork();
else http.createServer((...exchange) => void answer(...exchange)).listen(port, "127.0.0.1");
