import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import type { FloatType } from "../kernel/panelMatrix";
import type { ArithmeticMode } from "../shared/trace/trace";

/** Under this name a thread finds in its environment data the choice of its process. */
const KEY = "rnnLab.vectors";
const SLOTS = 4;
const STATE = { untried: 0, inTest: 1, narrow: 2, wide: 3 } as const;

/**
 * Whether the threads of this process use vectors of 256 bits: one of them finds that out for each kind of kernel,
 * and the others wait for it. It is there in processes whose flags of V8 are ours alone.
 */
export class VectorChoice {
  constructor(private readonly words = new Int32Array(new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT))) {}

  /** Null where 256 bits are not to be tried. */
  static ofProcess(): VectorChoice | null {
    const words = getEnvironmentData(KEY);
    return words instanceof Int32Array ? new VectorChoice(words as Int32Array<SharedArrayBuffer>) : null;
  }

  /** This thread, and those that it starts from now on, find it. */
  share(): void {
    setEnvironmentData(KEY, this.words);
  }

  /** Null before it is decided. */
  isWide(floats: FloatType, arithmetic: ArithmeticMode): boolean | null {
    const state = Atomics.load(this.words, slotOf(floats, arithmetic));
    return state === STATE.untried || state === STATE.inTest ? null : state === STATE.wide;
  }

  /** @param test whether 256 bits are to be used; called in one thread only */
  decide(floats: FloatType, arithmetic: ArithmeticMode, test: () => boolean): boolean {
    const slot = slotOf(floats, arithmetic);
    for (;;) {
      switch (Atomics.compareExchange(this.words, slot, STATE.untried, STATE.inTest)) {
        case STATE.untried:
          return this.settle(slot, test);
        case STATE.inTest:
          Atomics.wait(this.words, slot, STATE.inTest);
          break;
        default:
          return this.isWide(floats, arithmetic) === true;
      }
    }
  }

  /** A thread has ended, which may have been testing: another one does it. */
  abandonTest(): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      Atomics.compareExchange(this.words, slot, STATE.inTest, STATE.untried);
      Atomics.notify(this.words, slot);
    }
  }

  private settle(slot: number, test: () => boolean): boolean {
    let state: number = STATE.untried;
    try {
      state = test() ? STATE.wide : STATE.narrow;
    } finally {
      Atomics.store(this.words, slot, state);
      Atomics.notify(this.words, slot);
    }
    return state === STATE.wide;
  }
}

function slotOf(floats: FloatType, arithmetic: ArithmeticMode): number {
  return (floats === "float32" ? 0 : 2) + (arithmetic === "fast" ? 0 : 1);
}
