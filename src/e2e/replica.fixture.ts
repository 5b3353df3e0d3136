/** A service that burns CPU for each request, and has the metrics of a usual Prometheus client: `node replica.fixture.ts PORT VARIANT CPU_US`. */
import { createServer } from "node:http";

const [port, variant, burnUs] = process.argv.slice(2);
const startedAt = Date.now() / 1000 - process.uptime();
const bounds = [0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.016, 0.025, 0.05, 0.1, 0.25, 1];
const buckets = bounds.map(() => 0);
let requests = 0;

function burn(us: number): void {
  const begin = process.cpuUsage();
  for (let [spent, value] = [0, 1]; spent < us;) {
    // some µs between looks: a look makes garbage, which costs CPU elsewhere (a thread's own time is known to a tick only)
    for (let step = 0; step < 500; step++) value = (value * 1103515245 + 12345) % 2147483648;
    const { user, system } = process.cpuUsage(begin);
    spent = user + system + Math.min(0, value);
  }
}

function metrics(): string {
  const { user, system } = process.cpuUsage();
  const label = `variant="${variant}"`;
  const lines = buckets.map(
    (count, at) => `http_request_duration_seconds_bucket{${label},le="${bounds[at]}"} ${count}`,
  );
  return [
    `process_cpu_seconds_total{${label}} ${(user + system) / 1e6}`,
    `process_start_time_seconds{${label}} ${startedAt}`,
    `process_resident_memory_bytes{${label}} ${process.memoryUsage.rss()}`,
    `http_requests_total{${label},code="200"} ${requests}`,
    ...lines,
    `http_request_duration_seconds_bucket{${label},le="+Inf"} ${requests}`,
    "",
  ].join("\n");
}

createServer((request, response) => {
  if (request.url === "/metrics") {
    response.end(metrics());
    return;
  }
  const begin = performance.now();
  burn(Number(burnUs));
  const seconds = (performance.now() - begin) / 1000;
  requests++;
  bounds.forEach((bound, at) => (buckets[at]! += seconds <= bound ? 1 : 0));
  response.end("ok");
}).listen(Number(port), "127.0.0.1");
