import { totalmem } from "node:os";
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";

/** A window never sets aside more for training, however large the machine is. */
const MOST_IN_WINDOW = 4 * 2 ** 30;

/** Bytes that this process may use at most: the machine's memory, or the limit of its cgroup where that is lower. */
function machineMemory(): number {
  const constrained = process.constrainedMemory();
  const machine = totalmem();
  return constrained > 0 && constrained < machine ? constrained : machine;
}

/** What all training in one window shares: a quarter of the memory, 4 GiB at most. */
export function windowMemoryLimit(memory = machineMemory()): number {
  return Math.min(MOST_IN_WINDOW, memory / 4);
}

/** Less than that trains nothing. */
const LEAST_GIB = 0.25;

/**
 * The limit of a window, from its setting in GiB; none: a share of the machine.
 * @returns why a value was not taken; null: it was
 */
export function readMemoryLimit(
  value: unknown,
  memory = machineMemory(),
): { readonly bytes: number; readonly problem: string | null } {
  const usual = windowMemoryLimit(memory);
  if (value === null || value === undefined) return { bytes: usual, problem: null };
  if (typeof value !== "number" || !Number.isFinite(value) || value < LEAST_GIB)
    return {
      bytes: usual,
      problem: l10n.t(
        "{0} is not a number of GiB from {1}. The default is used: {2} GiB.",
        describeValue(value),
        LEAST_GIB,
        (usual / 2 ** 30).toFixed(1),
      ),
    };
  return { bytes: Math.min(value * 2 ** 30, memory), problem: null };
}

/** What training in a terminal may take: half of the memory. */
export function terminalMemoryLimit(memory = machineMemory()): number {
  return memory / 2;
}
