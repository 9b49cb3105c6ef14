import type { NetworkSpec } from "../core/network/network";
import type { KernelVariant } from "./kernelModule";
import type { FloatType } from "./panelMatrix";
import type { WasmMemory } from "./webAssembly";

/** Words of the Int32Array that the training thread and its helper share. */
export const CONTROL = {
  /** 1 while the helper listens. */
  ready: 0,
  /** Number of the last command; the helper sleeps on it. */
  request: 1,
  /**
   * Number of the last command that one of the two has taken up: the helper, or the training thread when it was there
   * first.
   */
  claimed: 2,
  /** Number of the last command the helper has done; the training thread sleeps on it. */
  done: 3,
  /** 1 when a command failed; the helper has left. */
  failed: 4,
  command: 5,
  batch: 6,
  timeSteps: 7,
  dropped: 8,
  length: 9,
} as const;

export const COMMAND = { forward: 0, backward: 1, leave: 2 } as const;

/** All a helper thread needs to know; survives postMessage. */
export interface HelperSetup {
  readonly spec: NetworkSpec;
  readonly floats: FloatType;
  readonly variant: KernelVariant;
  readonly memory: WasmMemory;
  readonly control: Int32Array<SharedArrayBuffer>;
}

/** Threads that work on one network: the training thread and its helper. */
export const TEAM = 2;

/**
 * Looks this often before going to sleep: waking up costs some ten microseconds, as much as a small step. About 20
 * microseconds.
 */
const SPINS = 4000;

/** Until the word is no longer `value`. Returns false when that took longer than `timeoutMs`. */
export function waitWhile(
  control: Int32Array<SharedArrayBuffer>,
  word: number,
  value: number,
  timeoutMs = Infinity,
): boolean {
  for (let spin = 0; spin < SPINS; spin++) {
    if (Atomics.load(control, word) !== value) return true;
  }
  while (Atomics.load(control, word) === value) {
    if (Atomics.wait(control, word, value, timeoutMs) === "timed-out") return Atomics.load(control, word) !== value;
  }
  return true;
}

/** Takes up command number `request`; only one thread can. */
export function claim(control: Int32Array<SharedArrayBuffer>, request: number): boolean {
  return Atomics.compareExchange(control, CONTROL.claimed, request - 1, request) === request - 1;
}
