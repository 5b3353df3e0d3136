import { temporaryFolder } from "../../../base/temporary-folder.fixture.ts";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Lets a shell script stand for npm, with an empty cache of Spantoll's. */
export async function withNpm(script: string, use: (cache: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const { PATH, XDG_CACHE_HOME } = process.env;
  try {
    writeFileSync(join(folder, "npm"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    Object.assign(process.env, { PATH: `${folder}${delimiter}${PATH}`, XDG_CACHE_HOME: join(folder, "cache") });
    await use(join(folder, "cache"));
  } finally {
    process.env["PATH"] = PATH;
    if (XDG_CACHE_HOME === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = XDG_CACHE_HOME;
  }
}
