const { appendFileSync } = require("node:fs");
const express = require("express");

const app = express();
// where it is asked to: what callers say, for each sampler
const { CALLS, OTEL_TRACES_SAMPLER, SPANTOLL_TARGET } = process.env;
if (CALLS)
  app.use(({ headers, path }, _, next) => {
    const sampler = OTEL_TRACES_SAMPLER ?? JSON.parse(SPANTOLL_TARGET ?? "{}").sampler;
    appendFileSync(CALLS, `${JSON.stringify({ sampler, path, ...headers })}\n`);
    next();
  });
app.get("/items/:id", (request, response) => {
  if (request.params.id === "absent") response.status(404).json({ error: "no such item" });
  else response.json({ id: request.params.id, name: `item ${request.params.id}` });
});
app.listen(Number(process.env.PORT), "127.0.0.1");
