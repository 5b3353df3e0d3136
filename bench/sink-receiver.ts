/** A receiver to hold the sink against, as a process of its own: `read` only reads the bytes, `full` decodes everything. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const mode = process.argv[2];
const decode = mode === "full" ? (await import("./sink-otlp.ts")).decodeEverything : undefined;
let bytes = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (decode !== undefined) chunks.push(chunk);
  });
  request.on("end", () => {
    decode?.(Buffer.concat(chunks));
    response.writeHead(200, { "content-type": "application/x-protobuf", "content-length": 0 });
    response.end();
  });
});
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`);
});
process.on("disconnect", () => {
  if (bytes === 0) throw new Error("no byte came");
  process.exit(0);
});
