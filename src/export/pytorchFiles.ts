import { writeSafetensors, type Tensor } from "../formats/safetensors";
import { PYTORCH_DATA, pytorchScript, type PytorchRun } from "./pytorchScript";
import { validates } from "./pytorchStopping";
import { PYTORCH_TABLE } from "./pytorchTable";

type Content = Uint8Array | string;

/** A value at some iterations of a run. */
type Recorded = readonly (readonly [iteration: number, value: number])[];

/**
 * The script and what it needs, by file name.
 * @param losses of the run, with their iterations, to compare with
 * @param validationLosses at iterations at which the run was validated
 */
export function pytorchFiles(run: PytorchRun, losses: Recorded, validationLosses: Recorded): Map<string, Content> {
  const { data, parameters } = run.source;
  const tensors = [
    ...(data.kind === "arrays" ? [data.inputs, data.targets, data.weights, data.lengths, data.starts] : []),
    ...parameters.map((tensor) => ({ ...tensor, name: `param.${tensor.name}` })),
    recorded("losses", losses),
    ...(validates(run.source) ? [recorded("validation_losses", validationLosses)] : []),
  ];
  return new Map<string, Content>([
    ["train.py", pytorchScript(run)],
    [PYTORCH_DATA, writeSafetensors(tensors.filter((tensor) => tensor !== null))],
    ...(data.kind === "table" && data.bytes !== null ? [[PYTORCH_TABLE, data.bytes] as const] : []),
  ]);
}

function recorded(name: string, rows: Recorded): Tensor {
  return { name, shape: [rows.length, 2], values: Float64Array.from(rows.flat()) };
}
