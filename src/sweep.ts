/**
 * Bundled to dist/sweep.js, which is also copied into sweep folders: `npm run -s trial -- --sweep DIR`, and the threads
 * of sweeps in a window or a terminal.
 */
import { sweepRole } from "./worker/sweepRole";

const role = sweepRole();
if (role === "program")
  void import("./cli/trial/trialCommand").then(async ({ trialCommand }) => {
    process.exitCode = await trialCommand(process.argv.slice(2));
  });
else if (role === "beats") void import("./worker/beatThread");
else if (role === "search") void import("./worker/searchThread");
else void import("./worker/sweepThread");
