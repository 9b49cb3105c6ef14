/**
 * Keeps the lease of a run while another thread trains: as a thread of a terminal, whose main thread trains, or as the
 * main thread of a training process.
 */
import { writeSync } from "node:fs";
import { isMainThread, workerData } from "node:worker_threads";
import { Heartbeat } from "../runs/heartbeat";
import type { HeartbeatTarget } from "../threads/heartbeatThread";

const STDERR = 2;
if (isMainThread) void import("./processMain");
else keepLeaseOf(workerData as HeartbeatTarget);

function keepLeaseOf({ path, memory }: HeartbeatTarget): void {
  // The timers of a heartbeat do not keep a thread alive; its owner ends it.
  setInterval(() => {}, 2 ** 30);
  new Heartbeat().add(
    path,
    (problem) => {
      // Not through `process.stderr`, which waits for the main thread.
      if (problem !== null) writeSync(STDERR, `warning: ${path} is not saved (${problem}) Training continues.\n`);
    },
    memory,
  );
}
