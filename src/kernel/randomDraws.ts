import { drawNoise, leakRates } from "../core/network/leakyNoise";
import type { NetworkSpec } from "../core/network/network";
import type { RandomSource } from "../core/numerics/random";
import { leakOf } from "./leakyParts";
import type { ParameterMemory } from "./networkMemory";
import { writeSequence } from "./panelMatrix";
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
    if (spec.dropout > 0 && l < spec.numLayers - 1) writeDropoutMask(workspace, spec, timeSteps, l, random);
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
  { dropout, hiddenSize }: NetworkSpec,
  timeSteps: number,
  l: number,
  random: RandomSource,
): void {
  const kept = 1 / (1 - dropout);
  const mask = new Float64Array(timeSteps * hiddenSize);
  const floats = workspace.floats();
  workspace.eachSequence(null, (share, row) => {
    for (let i = 0; i < mask.length; i++) mask[i] = random.double() < dropout ? 0 : kept;
    writeSequence(floats, share.layers[l]!.dropout!.mask, row, share.batch, mask, 0, timeSteps, hiddenSize);
  });
}
