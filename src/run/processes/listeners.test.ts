import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { listenersOn, portsCalledBy } from "./listeners.ts";

const SERVER = 'const s = require("net").createServer().listen(0, "127.0.0.1", () => console.log(s.address().port))';

test(
  "the process that opens a connection calls its port, and the one that serves it does not",
  { skip: process.platform !== "linux" },
  async () => {
    const server = spawn(process.execPath, ["-e", SERVER], { stdio: ["ignore", "pipe", "inherit"] });
    const [printed] = (await once(server.stdout, "data")) as [Buffer];
    const port = Number(printed.toString());
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      assert.ok(portsCalledBy([process.pid]).includes(port));
      assert.deepEqual(portsCalledBy([server.pid!]), []);
      assert.deepEqual(portsCalledBy([process.pid, server.pid!]).includes(port), false);
      assert.deepEqual(listenersOn(port), [server.pid]);
    } finally {
      socket.destroy();
      server.kill();
    }
  },
);
