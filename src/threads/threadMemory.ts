import { setEnvironmentData } from "node:worker_threads";
import { setMemoryLimit, type MemoryLimit } from "../config/facts/memoryLimit";

/** Under this name a thread finds its limit in its environment data. */
export const MEMORY_LIMIT_KEY = "rnnLab.memoryLimit";

/** From now on, here and in every thread that is started. */
export function limitMemory(limit: Partial<MemoryLimit>): void {
  setMemoryLimit(limit);
  setEnvironmentData(MEMORY_LIMIT_KEY, limit);
}
