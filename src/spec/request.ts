import { z } from "zod";

/** A request of a scenario of the user's own; see RequestTemplate in load/job.ts. */
export const requestSchema = z.strictObject({
  route: z.string().describe("Name of the route, such as GET /orders/:id; fidelity is counted by route."),
  class: z.string().default("ordinary").describe("Class of traffic that `classes` and `incident` name."),
  method: z.string().default("GET"),
  path: z
    .string()
    .startsWith("/")
    .describe("Path and query. {id} is the id of the request, {n} a seeded whole number below 1000."),
  headers: z.record(z.string(), z.string()).optional().describe("Headers; {n} and {id} as in `path`."),
  body: z.string().optional().describe("Body; {n} and {id} as in `path`."),
  weight: z.number().positive().default(1).describe("Share of the requests, relative to the other weights."),
  expect: z.array(z.int().min(100).max(599)).default([200]).describe("Statuses that are no error of the benchmark."),
  fails: z
    .boolean()
    .optional()
    .describe("It counts as failed though its status is below 500: the service gives a span of it the status ERROR."),
  parent: z
    .strictObject({
      sampled: z.number().min(0).max(1).describe("Share of the callers that are sampled, such as 0.3."),
      threshold: z
        .boolean()
        .optional()
        .describe("Sampled callers pass their share on in the tracestate (ot=th), so that spans have weights."),
    })
    .optional()
    .describe(
      'The request comes from a traced caller, with a trace of its own, such as {"sampled": 0.3, "threshold": true}.',
    ),
});
