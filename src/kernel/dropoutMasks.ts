import type { NetworkSpec } from "../core/network/network";
import type { RandomSource } from "../core/numerics/random";
import { writeSequence } from "./panelMatrix";
import type { Workspace } from "./workspace";

/**
 * Draws the masks of all layers but the last in the order that the interface of networks prescribes, see
 * src/core/network/network.ts.
 */
export function writeDropoutMasks(
  workspace: Workspace,
  spec: NetworkSpec,
  timeSteps: number,
  random: RandomSource,
): void {
  const { dropout, hiddenSize } = spec;
  const kept = 1 / (1 - dropout);
  const mask = new Float64Array(timeSteps * hiddenSize);
  const floats = workspace.floats();
  for (let l = 0; l < spec.numLayers - 1; l++) {
    workspace.eachSequence(null, (share, row) => {
      for (let i = 0; i < mask.length; i++) mask[i] = random.double() < dropout ? 0 : kept;
      writeSequence(floats, share.layers[l]!.dropout!.mask, row, share.batch, mask, 0, timeSteps, hiddenSize);
    });
  }
}
