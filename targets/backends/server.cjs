/** A service on Express that asks Redis, PostgreSQL and another service for each request; scenarios/instrumentations.json measures it. */
const events = require("node:events");
const path = require("node:path");
const { Worker } = require("node:worker_threads");
const express = require("express");
const Redis = require("ioredis");
const { Pool } = require("pg");

const HOST = "127.0.0.1";

async function serve() {
  // a thread of its own, without the tracing: its event loop and its modules are not the service's
  const stubs = new Worker(path.join(__dirname, "stubs.cjs"), { env: {}, execArgv: [] });
  const [ports] = await events.once(stubs, "message");
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
    for (let page = 1; page <= 8; page++)
      rows.push(...(await pool.query("SELECT title FROM articles WHERE id = $1", [`${id}-${page}`])).rows);
    const reviews = await (await fetch(`http://${HOST}:${ports.http}/reviews/${id}`)).json();
    response.json({ author, ...rows[0], ...reviews });
  });
  app.listen(Number(process.env.PORT), HOST);
}

void serve();
