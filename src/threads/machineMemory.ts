import { totalmem } from "node:os";

/** A window never sets aside more for training, however large the machine is. */
const MOST_IN_WINDOW = 4 * 2 ** 30;

/** Bytes that this process may use at most: the machine's memory, or the limit of its cgroup where that is lower. */
export function machineMemory(): number {
  const constrained = process.constrainedMemory();
  const machine = totalmem();
  return constrained > 0 && constrained < machine ? constrained : machine;
}

/** What all training in one window shares: a quarter of the memory, 4 GiB at most. */
export function windowMemoryLimit(memory = machineMemory()): number {
  return Math.min(MOST_IN_WINDOW, memory / 4);
}

/** What training in a terminal may take: half of the memory. */
export function terminalMemoryLimit(memory = machineMemory()): number {
  return memory / 2;
}
