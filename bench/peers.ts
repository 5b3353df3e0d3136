/**
 * The harness beside others, side by side in one run: `npm run peers [-- --only closed,sink] [-- --out FILE]`.
 * About five minutes for all; Linux. See peers/ for what each section asks.
 */
import { runPeers } from "./peers/run.ts";

process.exitCode = await runPeers(process.argv.slice(2));
