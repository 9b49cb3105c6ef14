import { isMainThread, workerData } from "node:worker_threads";
import { isBeatTarget } from "../threads/beatMessages";
import { isSearchTarget } from "../threads/searchMessages";

/** What dist/sweep.js is here: a program, or the thread of a sweep, of a search, or of a runner's heartbeat. */
export function sweepRole(): "program" | "sweep" | "search" | "beats" {
  if (isMainThread) return "program";
  if (isSearchTarget(workerData)) return "search";
  return isBeatTarget(workerData) ? "beats" : "sweep";
}
