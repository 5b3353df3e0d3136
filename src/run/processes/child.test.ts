import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exitReason, startChild } from "./child.ts";

/** The reason given for a Node process that runs `program` and ends too early. */
async function toldOf(program: string, guard = false): Promise<string[]> {
  const args = ["--input-type=module", "--eval", program];
  const child = startChild({ command: process.execPath, args, ipc: false, cores: undefined, guard });
  return exitReason("node", await child.exited, "before it was ready").split("\n");
}

describe("the reason of a process that ended too early is how, and then the cause", () => {
  it("though Node prints where it threw first", async () => {
    const [how, cause] = await toldOf('import "/nowhere/absent.mjs"');
    assert.equal(how, "node exited with 1 before it was ready");
    assert.match(cause!, /^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find module '\/nowhere\/absent\.mjs' imported from /);
  });

  it("in the words of other runtimes", () => {
    const causeIn = (stderrTail: string): string | undefined =>
      exitReason("x", { how: "exited with 1", stderrTail }, "").split("\n")[1];
    const python =
      "Traceback (most recent call last):\n  File \"x.py\", line 1\nModuleNotFoundError: No module named 'shop'";
    assert.equal(causeIn(python), "ModuleNotFoundError: No module named 'shop'");
    const java =
      'WARN: slow\nException in thread "main" java.lang.IllegalStateException: no port\n\tat A.main(A.java:1)';
    assert.equal(causeIn(java), 'Exception in thread "main" java.lang.IllegalStateException: no port');
  });

  it("which is an old Node, if it cannot load the tracing", () => {
    const stderrTail = `SyntaxError: The requested module 'node:module' does not provide an export named 'register'\n\nNode.js v20.5.0`;
    assert.match(exitReason("x", { how: "exited with 1", stderrTail }, ""), /^.*\n.*v20\.5\.0.*18\.19/);
  });

  it("which is a port that is taken, with what to do", () => {
    for (const said of [
      "Error: listen EADDRINUSE: address already in use 127.0.0.1:80",
      "[Errno 98] Address already in use",
    ])
      assert.match(
        exitReason("x", { how: "exited with 1", stderrTail: said }, ""),
        /^.*\n.*: have it .*PORT.*\n.*in use/,
      );
  });

  it("and all it said, if no line is an error's", async () => {
    const stdout = await toldOf('console.log("no database"); process.exit(4)', true);
    assert.deepEqual(stdout.slice(1), ["no database"]);
    const [, ...said] = await toldOf('console.error("no database"); process.exit(3)');
    assert.deepEqual(said, ["no database"]);
    assert.match((await toldOf("process.exit(7)"))[1]!, /wrote nothing$/);
  });

  it("or that it did not stay, also if it wrote what it left in the background", async () => {
    const detached = await toldOf('console.log("0123456789ab")', true);
    assert.match(detached[1]!, /in the foreground/);
    assert.equal(detached[2], "0123456789ab");
    assert.match((await toldOf(""))[1]!, /in the foreground/);
  });
});
