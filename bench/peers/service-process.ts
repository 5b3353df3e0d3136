/** A service on a bare socket that answers at once; on each message it says how many requests have come. */
import { createServer, type AddressInfo } from "node:net";

const BODY = '{"ok":true}';
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;
let requests = 0;

const server = createServer({ noDelay: true }, (socket) => {
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("error", () => undefined);
  socket.on("data", (text: string) => {
    const heads = (rest + text).split("\r\n\r\n");
    rest = heads.pop()!;
    requests += heads.length;
    if (heads.length > 0) socket.write(ANSWER.repeat(heads.length));
  });
});
process.on("disconnect", () => process.exit(0));
process.on("message", () => process.send!({ requests, atMs: performance.now() }));
server.listen(0, "127.0.0.1", () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
