/** Servers that speak as much HTTP, Redis and PostgreSQL as the clients of server.cjs need; posts their ports. */
const events = require("node:events");
const net = require("node:net");
const { parentPort } = require("node:worker_threads");

/** The size of the first request in `bytes` and what answers it; undefined if it is not whole. */
const PROTOCOLS = { http, redis, postgres };

function http(bytes) {
  const end = bytes.indexOf("\r\n\r\n");
  return end < 0 ? undefined : { size: end + 4, reply: REVIEWS };
}

const BODY = JSON.stringify({ reviews: [{ stars: 5 }, { stars: 4 }] });
const REVIEWS = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
);

/** `*2 $3 get $8 author:7`, in lines: each word after its length. */
function redis(bytes) {
  const numberAt = (at) => Number(bytes.toString("latin1", at + 1, bytes.indexOf("\r\n", at)));
  let at = bytes.indexOf("\r\n") + 2;
  if (at < 2) return undefined;
  for (let words = numberAt(0); words > 0; words--) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    at = end + 2 + numberAt(at) + 2;
  }
  return at > bytes.length ? undefined : { size: at, reply: AUTHOR };
}

const AUTHOR = Buffer.from("$5\r\nstubs\r\n");

/** A letter and a length before each message; the first has no letter. */
function postgres(bytes, isFirst) {
  const head = isFirst ? 0 : 1;
  if (bytes.length < head + 4) return undefined;
  const size = head + bytes.readInt32BE(head);
  if (bytes.length < size) return undefined;
  return { size, reply: isFirst ? WELCOME : (ANSWERS[String.fromCharCode(bytes[0])] ?? Buffer.alloc(0)) };
}

function message(letter, ...parts) {
  const content = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(letter), length, content]);
}

const READY = message("Z", "I");
const WELCOME = Buffer.concat([message("R", Buffer.alloc(4)), READY]);
/** One column of the type text (25), and one row. */
const COLUMN = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]);
/** By the request's letter: Parse, Bind, Describe, Execute, Sync. */
const ANSWERS = {
  P: message("1"),
  B: message("2"),
  D: message("T", Buffer.from([0, 1]), "title\0", COLUMN),
  E: Buffer.concat([message("D", Buffer.from([0, 1, 0, 0, 0, 5]), "tolls"), message("C", "SELECT 1\0")]),
  S: READY,
};

async function listen(protocol) {
  const server = net.createServer({ noDelay: true }, (socket) => {
    let bytes = Buffer.alloc(0);
    let isFirst = true;
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => {
      bytes = bytes.length === 0 ? data : Buffer.concat([bytes, data]);
      const replies = [];
      for (let next; bytes.length > 0 && (next = protocol(bytes, isFirst)) !== undefined; isFirst = false) {
        replies.push(next.reply);
        bytes = bytes.subarray(next.size);
      }
      socket.write(Buffer.concat(replies));
    });
  });
  server.listen(0, "127.0.0.1");
  await events.once(server, "listening");
  return server.address().port;
}

async function start() {
  const ports = Object.entries(PROTOCOLS).map(async ([name, protocol]) => [name, await listen(protocol)]);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort.postMessage(Object.fromEntries(await Promise.all(ports)));
}

void start();
