import { createServer, type Server } from "node:http";
import { UserError } from "../base/problem.ts";
import type { Results } from "../record/results.ts";
import { metricsText } from "../report/reporters/openmetrics.ts";
import { estimatesOf } from "./session.ts";

/** Serves the figures of a running measurement to Prometheus, on 127.0.0.1 only. */
export class LiveMetrics {
  readonly #server: Server;
  #latest: Results | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Throws a `UserError` where the port cannot be had. */
  static async listen(port: number): Promise<LiveMetrics> {
    const server = createServer((request, response) => {
      if (request.url !== "/metrics") {
        response.writeHead(404).end("the figures are at /metrics\n");
        return;
      }
      response.writeHead(200, { "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8" });
      response.end(live.#text());
    });
    const live = new LiveMetrics(server);
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(new UserError(`--metrics-port "${port}": ${error.message}`)));
      server.listen(port, "127.0.0.1", resolve);
    });
    server.unref();
    return live;
  }

  /** Told after every block: what the next scrape will see. */
  update(results: Results): void {
    this.#latest = results;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Estimates are made when they are asked for: a scrape that does not come costs the measurement nothing. */
  #text(): string {
    return this.#latest === undefined ? "# EOF\n" : metricsText(this.#latest, estimatesOf(this.#latest));
  }
}
