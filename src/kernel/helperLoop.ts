import { instantiateKernel } from "./kernelModule";
import { placeParameters, placeShares, type SliceMemory } from "./networkMemory";
import { runBackward, runForward } from "./sliceRunner";
import { claim, COMMAND, CONTROL, TEAM, waitWhile, type HelperSetup } from "./teamControl";

/**
 * Works on the second share of a network's batches, in a thread of its own. Blocks that thread until the network is
 * disposed.
 */
export function runHelper({ spec, floats, variant, memory, control }: HelperSetup): void {
  const kernel = instantiateKernel(floats, variant, memory);
  const placed = placeParameters(spec, floats, TEAM);
  let share: SliceMemory | null = null;
  let request = 0;
  Atomics.store(control, CONTROL.ready, 1);
  try {
    for (;;) {
      waitWhile(control, CONTROL.request, request);
      request = Atomics.load(control, CONTROL.request);
      if (!claim(control, request)) continue;
      const command = control[CONTROL.command]!;
      if (command === COMMAND.leave) return;
      const batch = control[CONTROL.batch]!;
      const timeSteps = control[CONTROL.timeSteps]!;
      const dropped = control[CONTROL.dropped] === 1;
      // The shares follow from the sizes, the same here as in the training thread.
      if (share === null || batch !== share.wholeBatch || timeSteps !== share.timeSteps)
        share = placeShares(spec, placed, batch, timeSteps)[1]!;
      if (command === COMMAND.forward) runForward(kernel, spec, placed, share, dropped);
      else {
        kernel.clear(placed.gradients[1]!, placed.packed.count * placed.packed.format.bytes);
        runBackward(kernel, spec, placed, placed.gradients[1]!, placed.unusedBias[1]!, share, dropped);
      }
      Atomics.store(control, CONTROL.done, request);
      Atomics.notify(control, CONTROL.done);
    }
  } catch (error) {
    Atomics.store(control, CONTROL.failed, 1);
    Atomics.store(control, CONTROL.done, request);
    Atomics.notify(control, CONTROL.done);
    throw error;
  } finally {
    Atomics.store(control, CONTROL.ready, 0);
  }
}
