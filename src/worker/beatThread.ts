/** The thread of {@link Beats}. */
import { parentPort, workerData } from "node:worker_threads";
import { Heartbeat } from "../runs/heartbeat";
import { writeLease } from "../runs/lease";
import { ownPlace } from "../runs/processPlace";
import type { BeatRequest, BeatTarget } from "../threads/beatMessages";

const BEAT_MS = 2000;
const { lease } = workerData as BeatTarget;
const place = ownPlace();
const runs = new Heartbeat();
let beat = 0;

// A folder that does not answer, or is full, is tried again with the next beat.
setInterval(() => void writeLease(lease, { ...place, beat: ++beat }).catch(() => {}), BEAT_MS);

parentPort?.on("message", ({ path, memory }: BeatRequest) => {
  if (memory === null) void runs.remove(path);
  // What keeps the file from being written, its writer reports.
  else runs.add(path, () => undefined, memory);
});
