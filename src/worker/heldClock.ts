import { FIX_CONTROL } from "../threads/fixMessages";

/** Milliseconds of work: it stands still, and whoever asks waits, while the thread is held. */
export class HeldClock {
  private heldMs = 0;

  constructor(private readonly control: Int32Array<SharedArrayBuffer>) {}

  now(): number {
    const { held } = FIX_CONTROL;
    while (Atomics.load(this.control, held) !== 0) {
      const since = performance.now();
      Atomics.wait(this.control, held, 1);
      this.heldMs += performance.now() - since;
    }
    return performance.now() - this.heldMs;
  }
}
