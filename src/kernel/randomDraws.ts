import { drawNoise, leakRates } from "../core/network/leakyNoise";
import type { NetworkSpec } from "../core/network/network";
import type { RandomSource } from "../core/numerics/random";
import { directionsOf } from "../shared/trace/networkSpec";
import { leakOf } from "./leakyParts";
import type { ParameterMemory } from "./networkMemory";
import { paddedToPanel, writeSequence } from "./panelMatrix";
import type { Workspace } from "./workspace";

/**
 * Draws what training adds to and takes from the layers, in the order that the interface of networks prescribes, see
 * src/core/network/network.ts: of each layer its noise and its dropout mask. Whatever share a sequence is in, the
 * numbers are the same.
 */
export function writeDraws(
  workspace: Workspace,
  spec: NetworkSpec,
  parameters: ParameterMemory,
  timeSteps: number,
  random: RandomSource,
): void {
  for (let l = 0; l < spec.numLayers; l++) {
    if (spec.ctrnn !== undefined && spec.ctrnn.noise > 0) writeNoise(workspace, spec, parameters, timeSteps, l, random);
    if (workspace.shares()[0]!.layers[l]!.dropout !== null)
      writeDropoutMask(workspace, spec, parameters, timeSteps, l, random);
  }
}

function writeNoise(
  workspace: Workspace,
  { ctrnn, hiddenSize }: NetworkSpec,
  parameters: ParameterMemory,
  timeSteps: number,
  l: number,
  random: RandomSource,
): void {
  const floats = workspace.floats();
  const noise = new Float64Array(timeSteps * hiddenSize);
  const alphas = leakRates(ctrnn!, leakOf(parameters, l, hiddenSize, floats), hiddenSize);
  workspace.eachSequence(null, (share, row) => {
    drawNoise(ctrnn!, alphas, noise, random);
    writeSequence(floats, share.layers[l]!.noise!, row, share.batch, noise, 0, timeSteps, hiddenSize);
  });
}

function writeDropoutMask(
  workspace: Workspace,
  spec: NetworkSpec,
  { packed }: ParameterMemory,
  timeSteps: number,
  l: number,
  random: RandomSource,
): void {
  const { dropout, hiddenSize: H } = spec;
  const kept = 1 / (1 - dropout);
  const padded = paddedToPanel(H, packed.format);
  const width = directionsOf(spec) * padded;
  const mask = new Float64Array(timeSteps * width);
  const floats = workspace.floats();
  workspace.eachSequence(null, (share, row) => {
    for (let first = 0; first < mask.length; first += padded)
      for (let j = 0; j < H; j++) mask[first + j] = random.double() < dropout ? 0 : kept;
    writeSequence(floats, share.layers[l]!.dropout!.mask, row, share.batch, mask, 0, timeSteps, width);
  });
}
