import { writeSafetensors, type Tensor } from "../formats/safetensors";
import { PYTORCH_DATA, pytorchScript, type PytorchRun } from "./pytorchScript";

/**
 * The script and what it needs, by file name.
 * @param losses of the run, with their iterations, to compare with
 */
export function pytorchFiles(
  run: PytorchRun,
  losses: readonly (readonly [iteration: number, loss: number])[],
): Map<string, Uint8Array | string> {
  const { inputs, targets, weights, starts, parameters } = run.source;
  const recorded: Tensor = { name: "losses", shape: [losses.length, 2], values: Float64Array.from(losses.flat()) };
  const tensors = [
    inputs,
    targets,
    ...(weights === null ? [] : [weights]),
    ...(starts === null ? [] : [starts]),
    ...parameters.map((tensor) => ({ ...tensor, name: `param.${tensor.name}` })),
    recorded,
  ];
  return new Map<string, Uint8Array | string>([
    ["train.py", pytorchScript(run)],
    [PYTORCH_DATA, writeSafetensors(tensors)],
  ]);
}
