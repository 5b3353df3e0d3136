/** A service on Express that asks Redis, PostgreSQL and another service for each request; scenarios/instrumentations.json measures it. */
const { spawn } = require("node:child_process");
const events = require("node:events");
const fs = require("node:fs");
const path = require("node:path");
const express = require("express");
const Redis = require("ioredis");
const { Pool } = require("pg");

const HOST = "127.0.0.1";

/**
 * The backends' ports. Their process is of another session, without the service's variables and on the last core: as a child or a
 * thread, it would count as the service, and take its core in the middle of a request. It ends as its pipe closes.
 */
async function startBackends() {
  const script = '"$0" "$1" & taskset -p -c "$2" $! >&2';
  const words = ["-c", script, process.execPath, path.join(__dirname, "stubs.cjs"), lastCore()];
  const backends = spawn("sh", words, {
    detached: true,
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  const [ports] = await events.once(backends.stdout, "data");
  return JSON.parse(ports);
}

function lastCore() {
  return /^Cpus_allowed_list:.*?(\d+)$/m.exec(fs.readFileSync("/proc/self/status", "utf8"))[1];
}

async function serve() {
  const ports = await startBackends();
  const redis = new Redis(ports.redis, HOST);
  const pool = new Pool({ host: HOST, port: ports.postgres, user: "stub", database: "stub" });
  const app = express();
  app.use(express.json(), express.urlencoded(), express.text(), express.raw());
  app.use((_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 answers 500 if it throws
  app.get("/articles/:id", async (request, response) => {
    const { id } = request.params;
    const author = await redis.get(`author:${id}`);
    const rows = [];
    for (let page = 1; page <= 5; page++)
      rows.push(...(await pool.query("SELECT title FROM articles WHERE id = $1", [`${id}-${page}`])).rows);
    const reviews = await (await fetch(`http://${HOST}:${ports.http}/reviews/${id}`)).json();
    response.json({ author, ...rows[0], ...reviews });
  });
  app.listen(Number(process.env.PORT), HOST);
}

void serve();
