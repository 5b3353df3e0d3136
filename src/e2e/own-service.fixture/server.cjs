const express = require("express");

const app = express();
app.get("/items/:id", (request, response) => {
  if (request.params.id === "absent") response.status(404).json({ error: "no such item" });
  else response.json({ id: request.params.id, name: `item ${request.params.id}` });
});
app.listen(Number(process.env.PORT), "127.0.0.1");
