/** The least service there is: answers at once, and remembers when each request came. Told `report` over IPC, it tells. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** ms since 1970, with fractions. */
const arrivals: number[] = [];
const BODY = '{"ok":true}';

const server = createServer((request, response) => {
  arrivals.push(performance.timeOrigin + performance.now());
  request.resume();
  response.end(BODY);
});
process.on("disconnect", () => process.exit(0));
process.on("message", () => process.send!(Float64Array.from(arrivals.splice(0))));
server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
