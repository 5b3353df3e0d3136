/**
 * The least service there is, on a bare socket: no driver is to be held up by it. It answers at once, or after a
 * log-normal delay (`--delayed SEED`), each request's own by the order of arrival, and writes down what it did.
 */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { seededRandom } from "../../src/base/random.ts";
import type { FromService, ToService } from "./service.ts";

const DELAY = { medianMs: 2, sigma: 0.5 };
const BODY = '{"ok":true}';
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

const seed = process.argv[2] === "--delayed" ? Number(process.argv[3]) : undefined;
const random = seededRandom(seed ?? 0);
let requests = 0;
const arrivedMs: number[] = [];
const answeredMs: number[] = [];
let stalledToMs = Number.NaN;

const server = createServer({ noDelay: true }, (socket) => {
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("error", () => undefined);
  socket.on("data", (text: string) => {
    const heads = (rest + text).split("\r\n\r\n");
    rest = heads.pop()!;
    for (let index = 0; index < heads.length; index++) answer(socket);
  });
});

function answer(socket: Socket): void {
  const index = requests++;
  if (seed === undefined) return void socket.write(ANSWER);
  arrivedMs[index] = performance.now();
  setTimeout(() => {
    answeredMs[index] = performance.now();
    socket.write(ANSWER);
  }, delayMs());
}

/** Box and Muller's, of two uniform numbers. */
function delayMs(): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return DELAY.medianMs * Math.exp(DELAY.sigma * normal);
}

/** As a pause for collecting garbage does: nothing is read, nothing is answered. */
function stall(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
  stalledToMs = performance.now();
}

const tell = (message: FromService): void => void process.send!(message);

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToService) => {
  if (message.type === "stall") return void setTimeout(stall, message.afterMs, message.forMs);
  if (message.type === "count") return tell({ type: "count", atMs: performance.now(), requests });
  const log = { arrivedMs: Float64Array.from(arrivedMs), answeredMs: Float64Array.from(answeredMs) };
  tell({ type: "log", ...log, stalledToMs });
});
server.listen(0, "127.0.0.1", () => {
  tell({ type: "listening", origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
