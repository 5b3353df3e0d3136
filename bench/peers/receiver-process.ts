/** What the sink is held against: `read` only reads the bytes, `decode` decodes every span with protobufjs. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { TRACES_DATA } from "../../src/simulate/read/protobuf.ts";

const decodes = process.argv[2] === "decode";
let bytes = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (decodes) chunks.push(chunk);
  });
  request.on("end", () => {
    if (decodes) TRACES_DATA.decode(Buffer.concat(chunks));
    response.writeHead(200, { "content-type": request.headers["content-type"]!, "content-length": 0 });
    response.end();
  });
});
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`);
});
process.on("message", () => process.send!(bytes));
process.on("disconnect", () => process.exit(0));
