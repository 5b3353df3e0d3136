/** Services of the user's own whose processes, port or answers could be measured wrongly: each is measured right, or refused with the reason. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { execaSync } from "execa";
import { freePorts } from "../run/processes/ports.ts";
import { ITEM as ONE, measureTarget, SERVICE, startOnce } from "./check.fixture.ts";
import { assertMeasured, assertRefused, folder, listen, script } from "./own-service-control.fixture.ts";

process.chdir(SERVICE);

/** Answers its first request late. */
const FIRST = `setTimeout(() => response.end(), this.isWarm ? 0 : 10_500); this.isWarm = true;`;

test("the workers of a cluster count as one service, also if it calls itself", async () => {
  const self = { route: "GET /items/self", path: "/items/self" };
  const records = await measureTarget("command:node cluster.cjs", { requests: [...ONE, self] });
  assertMeasured(records);
  const { ledger, roots, requests } = records.find(({ trial }) => trial.variant === "always_on")!;
  assert.ok(roots!.started >= requests!.startedAtTarget);
  assert.equal(ledger!.residual, 0);
});

test("a shell script that starts Node is measured", async () => {
  const path = join(folder, "start.sh");
  writeFileSync(path, `#!/bin/sh\nnode ${join(SERVICE, "server.cjs")}\n`);
  assertMeasured(await measureTarget(`command:(sh ${path})`));
});

for (const [name, text] of [
  ["listens on ::1 only", listen("::1")],
  ["loads at its first request", listen("127.0.0.1", FIRST)],
  ["needs time to listen", `setTimeout(() => { ${listen("127.0.0.1")} }, 1500);`],
  [
    "listens elsewhere long before",
    `require("node:http").createServer().listen(0); setTimeout(() => { ${listen("127.0.0.1")} }, 6000);`,
  ],
] as const)
  test(`a service that ${name} is measured`, async () => {
    const path = script(name.replaceAll(/\W/g, "-"), text);
    assertMeasured(await measureTarget(`command:(node ${path}),ready=30s`));
  });

const [fixedPort] = await freePorts(1);
for (const [what, text, fix] of [
  ["too late", `setTimeout(() => { ${listen("127.0.0.1")} }, 8000);`, /within 2s.*: give ready=/],
  [
    "at the same port in each variant",
    `require("http").createServer().listen(${fixedPort}, "127.0.0.1")`,
    /have it .* PORT/,
  ],
  ["at a port of its own", 'require("http").createServer().listen(0, "127.0.0.1")', /at port \d+: have it .* PORT/],
  [
    "on another address",
    'require("http").createServer().listen(+process.env.PORT, "127.0.0.2")',
    /: have it .* 127\.0\.0\.1/,
  ],
] as const)
  test(`a service that listens ${what} is refused with what to do`, async () => {
    const path = script(what.replaceAll(" ", "-"), text);
    const isKnownEarly = what !== "too late";
    for (const { ending, failure } of await measureTarget(`command:(node ${path})${isKnownEarly ? "" : ",ready=2s"}`))
      assert.deepEqual(
        [ending, fix.test(failure!), !/ within \d/.test(failure!)],
        ["failed", true, isKnownEarly],
        failure,
      );
  });

const key = join(folder, "key.pem");
const certificate = join(folder, "certificate.pem");
const OPENSSL = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout ${key} -out ${certificate}`;
const files = `{ key: fs.readFileSync("${key}"), cert: fs.readFileSync("${certificate}") }`;
const secure = `const fs = require("node:fs"); require("node:https").createServer(${files}, (_, response) => response.end()).listen(process.env.PORT, "127.0.0.1");`;
const second = `require("node:http2").createServer((_, response) => response.end()).listen(process.env.PORT, "127.0.0.1");`;
const child = `require("node:child_process").spawn("env", ["-u", "NODE_OPTIONS", "node", ${JSON.stringify(join(SERVICE, "server.cjs"))}], { stdio: "inherit" });`;

for (const [name, text, reason] of [
  ["speaks HTTPS", secure, /HTTPS/],
  ["speaks HTTP/2 only", second, /HTTP\/2/],
  ["redirects", listen("127.0.0.1", `response.writeHead(301, { location: "/new" }).end()`), /301.*\/new.*expect/],
  ["is served by a process without the instrumentation", child, /server\.cjs.*NODE_OPTIONS/],
] as const)
  test(`a service that ${name} is refused before it is measured`, async () => {
    if (text === secure) execaSync("openssl", OPENSSL.split(" "));
    const path = script(name.replaceAll(/\W/g, "-"), text);
    await assertRefused(startOnce(`command:(node ${path})`, "none"), reason);
  });

test("a service that a process serves which the command has not started is refused", async () => {
  const strangers: Server[] = [];
  const system = createServer(({ url }, response) => {
    strangers.push(createServer((_, answer) => answer.end()).listen(Number(url!.slice(1)), "127.0.0.1"));
    response.end();
  });
  await new Promise<void>((resolve) => system.listen(0, "127.0.0.1", resolve));
  const { port } = system.address() as AddressInfo;
  const asks = `require("node:http").get("http://127.0.0.1:${port}/" + process.env.PORT); setInterval(() => {}, 1000);`;
  const target = `command:(node ${script("asks", asks)}),own_sdk`;
  await assertRefused(startOnce(target, "always_on"), /was not started by the command/);
  for (const one of [system, ...strangers]) one.close().closeAllConnections();
});

test("a redirection that the scenario expects is measured", async () => {
  const path = script("expected", listen("127.0.0.1", `response.writeHead(301, { location: "/new" }).end()`));
  const requests = [{ ...ONE[0], expect: [301] }];
  assertMeasured(await measureTarget(`command:(node ${path})`, { requests }));
});
