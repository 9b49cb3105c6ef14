import * as l10n from "@vscode/l10n";
import { CARRIED_PARTS } from "../../shared/trace/cells";
import { layerSuffix, sizeOf } from "../../shared/trace/networkSpec";
import type { ParameterInfo } from "../../shared/trace/trace";
import { MAX_EIGENVALUES, type Spectrum, type TensorReport } from "../../shared/trace/weightReport";
import { eigenvaluesOf } from "../numerics/eigenvalues";
import { l2Norm } from "../numerics/l2Norm";
import { directionSample } from "./directionSample";
import { meanJacobianInPieces, readSequences, runSample, type StateSample } from "./meanJacobian";
import type { RunSnapshot } from "./runSnapshot";
import { layerStateSize } from "./stepCoefficients";
import type { SlicedTask } from "../../lib/slicedTask";

/** Cells of one tensor, down and across; more than a picture in the panel has pixels for. */
const MAX_ROWS = 192;
const MAX_COLUMNS = 192;

/** Each tensor as cells, with its norm. A piece of work is one tensor. */
export function* reportTensors({ trainer, parameters }: RunSnapshot): SlicedTask<TensorReport[]> {
  const reports: TensorReport[] = [];
  for (const info of trainer.layout) {
    // The blocks of the gates are divided alike, so that no cell stands for two gates.
    const blocks = /^(weight|bias)_(ln_)?[ih]h_l/.test(info.name) ? info.shape[0]! / trainer.spec.hiddenSize : 1;
    reports.push(reportTensor(info, parameters.subarray(info.offset, info.offset + sizeOf(info.shape)), blocks));
    yield;
  }
  return reports;
}

/** @param blocks that its rows are divided into: of the gates */
export function reportTensor(
  { name, shape }: Pick<ParameterInfo, "name" | "shape">,
  values: Float64Array,
  blocks: number,
): TensorReport {
  const allRows = shape[0] ?? 1;
  const allColumns = shape[1] ?? 1;
  const blockRows = allRows / blocks;
  const rowStep = Math.ceil(blockRows / Math.max(1, Math.floor(MAX_ROWS / blocks)));
  const columnStep = Math.ceil(allColumns / MAX_COLUMNS);
  const rowsOfBlock = Math.ceil(blockRows / rowStep);
  const rows = rowsOfBlock * blocks;
  const columns = Math.ceil(allColumns / columnStep);
  const cells = new Float32Array(rows * columns);
  for (let row = 0; row < allRows; row++) {
    const cellRow = Math.floor(row / blockRows) * rowsOfBlock + Math.floor((row % blockRows) / rowStep);
    for (let column = 0; column < allColumns; column++) {
      const at = cellRow * columns + Math.floor(column / columnStep);
      const value = values[row * allColumns + column]!;
      // A NaN stays: no comparison with it is true.
      if (!Number.isFinite(value)) cells[at] = NaN;
      else if (Math.abs(value) > Math.abs(cells[at]!)) cells[at] = value;
    }
  }
  // NaN where one is.
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return {
    name,
    shape,
    rows,
    columns,
    rowStep,
    columnStep,
    cells,
    norm: l2Norm(values),
    largest,
  };
}

/**
 * Eigenvalues of what the gradient is multiplied by, step after step: weight_hh, or for gated cells the mean step
 * Jacobian.
 * @throws Error in words for a person when the matrix is too large
 */
export function* spectrumOf(snapshot: RunSnapshot, layer: number): SlicedTask<Spectrum> {
  const { parameters, trainer } = snapshot;
  const { cell, hiddenSize: H } = trainer.spec;
  requireComputable(layerStateSize(trainer.spec));
  if (CARRIED_PARTS[cell].length === 0) {
    const { offset } = trainer.layout.find(({ name }) => name === `weight_hh${layerSuffix(trainer.spec, layer)}`)!;
    return yield* weightSpectrum(parameters.subarray(offset, offset + H * H), H);
  }
  const sample = runSample(snapshot);
  yield;
  if (trainer.spec.directions === 2) return yield* jacobianSpectrum(directionSample(sample, layer), 0);
  return yield* jacobianSpectrum(sample, layer);
}

/** Of weight_hh [H, H]. @throws Error in words for a person when the matrix is too large */
export function* weightSpectrum(weights: Float64Array, H: number): SlicedTask<Spectrum> {
  requireComputable(H);
  return { of: "weight_hh", ...(yield* eigenvaluesOf(weights, H)) };
}

/** Of a layer with gates. @throws Error in words for a person when the matrix is too large */
export function* jacobianSpectrum(sample: StateSample, layer: number): SlicedTask<Spectrum> {
  const { spec } = sample.network;
  const rows = layerStateSize(spec);
  requireComputable(rows);
  const J = yield* meanJacobianInPieces(sample, layer, yield* readSequences(sample, layer));
  return { of: "meanJacobian", ...(yield* eigenvaluesOf(J, rows)) };
}

function requireComputable(rows: number): void {
  if (rows > MAX_EIGENVALUES)
    throw new Error(
      l10n.t("The matrix has {0} rows; eigenvalues are computed for at most {1}.", rows, MAX_EIGENVALUES),
    );
}
