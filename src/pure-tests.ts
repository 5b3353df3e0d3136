/**
 * Runs the tests that start no process, all in this one: `npm run test:pure`. A file that throws ends it with 1, also after its
 * first tests, which the test runner without isolation overlooks.
 */
import { globSync } from "node:fs";
import { pathToFileURL } from "node:url";

const GLOBS = ["src/*.test.ts", "src/!(e2e|load|run|sink|target)/**/*.test.ts", "bench/**/*.test.ts"];

for (const file of globSync(GLOBS).toSorted()) await import(pathToFileURL(file).href);
