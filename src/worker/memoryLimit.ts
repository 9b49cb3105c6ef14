/** Imported early by what trains on a thread of its own, so that it refuses what is too large for this window. */
import { getEnvironmentData } from "node:worker_threads";
import { setMemoryLimit, type MemoryLimit } from "../config/facts/memoryLimit";
import { MEMORY_LIMIT_KEY } from "../threads/threadMemory";

setMemoryLimit((getEnvironmentData(MEMORY_LIMIT_KEY) ?? {}) as Partial<MemoryLimit>);
