import { instantiateKernel } from "./kernelModule";
import { placeParameters, placeShares, type SliceMemory } from "./networkMemory";
import { runBackward, runForward } from "./sliceRunner";
import { claim, COMMAND, CONTROL, helperWord, waitWhile, type HelperSetup } from "./teamControl";

/**
 * Works on one share of a network's batches, in a thread of its own. Blocks that thread until the network is disposed.
 */
export function runHelper({ spec, floats, variant, memory, control, thread, threads }: HelperSetup): void {
  const kernel = instantiateKernel(floats, variant, memory);
  const placed = placeParameters(spec, floats, threads);
  const gradients = placed.gradients[thread]!;
  const done = helperWord(thread, "done");
  let shares: SliceMemory[] = [];
  let request = 0;
  Atomics.store(control, helperWord(thread, "ready"), 1);
  try {
    for (;;) {
      waitWhile(control, CONTROL.request, request);
      request = Atomics.load(control, CONTROL.request);
      if (!claim(control, thread, request)) continue;
      const command = control[CONTROL.command]!;
      if (command === COMMAND.leave) return;
      const batch = control[CONTROL.batch]!;
      const timeSteps = control[CONTROL.timeSteps]!;
      const dropped = control[CONTROL.dropped] === 1;
      // The shares follow from the sizes, the same here as in the training thread.
      if (batch !== shares[0]?.wholeBatch || timeSteps !== shares[0].timeSteps)
        shares = placeShares(spec, placed, batch, timeSteps);
      const share = shares[thread];
      if (share !== undefined && command === COMMAND.forward) runForward(kernel, spec, placed, share, dropped);
      else if (share !== undefined) {
        kernel.clear(gradients, placed.packed.count * placed.packed.format.bytes);
        runBackward(kernel, spec, placed, gradients, placed.unusedBias[thread]!, share, dropped);
      }
      Atomics.store(control, done, request);
      Atomics.notify(control, done);
    }
  } catch (error) {
    Atomics.store(control, CONTROL.failed, 1);
    Atomics.store(control, done, request);
    Atomics.notify(control, done);
    throw error;
  } finally {
    Atomics.store(control, helperWord(thread, "ready"), 0);
  }
}
