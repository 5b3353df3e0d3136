/** A service that waits 10 to 20 ms in each request, as for a database, and takes little CPU. Its port: PORT. */
import { createServer } from "node:http";

const [LEAST_MS, MOST_MS] = [10, 20];

createServer((_, response) => {
  setTimeout(() => response.end("{}"), LEAST_MS + Math.random() * (MOST_MS - LEAST_MS));
}).listen(Number(process.env["PORT"]), "127.0.0.1");
