import type { NetworkSpec } from "../core/network/network";
import type { KernelVariant } from "./kernelModule";
import type { FloatType } from "./panelMatrix";
import type { WasmMemory } from "./webAssembly";

/** Words of the Int32Array that the training thread and its helpers share: those that all of them read. */
export const CONTROL = {
  /** Number of the last command; the helpers sleep on it. */
  request: 0,
  /** 1 when a command failed; the helper has left. */
  failed: 1,
  command: 2,
  batch: 3,
  timeSteps: 4,
  dropped: 5,
} as const;

/** Words of each helper. */
const HELPER = {
  /** 1 while the helper listens. */
  ready: 0,
  /**
   * Number of the last command whose part for the helper was taken up: by it, or by the training thread when that was
   * there first.
   */
  claimed: 1,
  /** Number of the last command the helper has done; the training thread sleeps on it. */
  done: 2,
} as const;

/** Words of a cache line: whoever writes to one of its own keeps nobody waiting. */
const LINE = 16;

/** @param threads with the training thread */
export function createControl(threads: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * LINE * threads));
}

/** @param thread from 1 on; the training thread is 0 */
export function helperWord(thread: number, word: keyof typeof HELPER): number {
  return LINE * thread + HELPER[word];
}

export const COMMAND = { forward: 0, backward: 1, leave: 2 } as const;

/** All a helper thread needs to know; survives postMessage. */
export interface HelperSetup {
  readonly spec: NetworkSpec;
  readonly floats: FloatType;
  readonly variant: KernelVariant;
  readonly memory: WasmMemory;
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Which one it is, from 1 on, and of how many, with the training thread. */
  readonly thread: number;
  readonly threads: number;
}

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

/** Takes up the part of a helper in command number `request`; only one thread can. */
export function claim(control: Int32Array<SharedArrayBuffer>, thread: number, request: number): boolean {
  const word = helperWord(thread, "claimed");
  return Atomics.compareExchange(control, word, request - 1, request) === request - 1;
}
