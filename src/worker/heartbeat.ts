/** The thread that keeps the lease of a run in a terminal, where the main thread trains. */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { Heartbeat } from "../runs/heartbeat";
import type { HeartbeatTarget } from "../threads/heartbeatThread";

const STDERR = 2;
/** The timers of a heartbeat do not keep a thread alive; its owner ends it. */
setInterval(() => {}, 2 ** 30);

const { path, memory } = workerData as HeartbeatTarget;
new Heartbeat().add(
  path,
  (problem) => {
    // Not through `process.stderr`, which waits for the main thread.
    if (problem !== null) writeSync(STDERR, `warning: ${path} is not saved (${problem}) Training continues.\n`);
  },
  memory,
);
