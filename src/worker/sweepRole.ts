import { isMainThread, workerData } from "node:worker_threads";
import { isBeatTarget } from "../threads/beatMessages";

/** What dist/sweep.js is here: a program, a thread of a sweep, or the thread that says that a runner lives. */
export function sweepRole(): "program" | "sweep" | "beats" {
  if (isMainThread) return "program";
  return isBeatTarget(workerData) ? "beats" : "sweep";
}
