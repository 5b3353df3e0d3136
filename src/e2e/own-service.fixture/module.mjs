// The service as an ES module: traced only if a loader hook was registered before.
import { createServer } from "node:http";

const server = createServer((request, response) => response.end("{}"));
server.listen(Number(process.env.PORT), "127.0.0.1");
