/**
 * Where training starts: the parameters of a network, drawn or given.
 *
 * Schemes work on blocks of the layout: the H rows of one gate of a weight, so that every gate is drawn alike. Of the
 * recurrent weights of slstm a block is that of one gate and one head.
 */
import * as l10n from "@vscode/l10n";
import type { ModelConfig } from "../../config/schema/schema";
import { findTensor, readInitialValue } from "../../config/facts/initialValues";
import { isInitialState, isMinimalCell } from "../../shared/trace/cells";
import { isNormTensor } from "../../shared/trace/lstmOptions";
import {
  outputWidth,
  parameterCountOf,
  parameterLayout,
  sizeOf,
  type NetworkSpec,
} from "../../shared/trace/networkSpec";
import type { Tensor } from "../../formats/safetensors";
import type { ParameterInfo } from "../../shared/trace/trace";
import { normal, type RandomSource } from "../numerics/random";
import { drawDiagonal, isDiagonal } from "./diagonalStart";
import { connectionsOf, constrainDrawn, findViolation } from "./connections";
import { setGateBiases } from "./gateBiases";
import { printable } from "../../lib/outsideText";

type Init = ModelConfig["init"];
type Scheme = Exclude<Init["scheme"], "auto"> | "tutorial";

/**
 * @param timeSteps of a sequence, which the chrono initialization is for
 * @param loaded tensors of a weights file, over what is drawn; null when there is none
 * @throws Error when an explicit or loaded tensor has no place in the network or another shape
 */
export function initialParameters(
  init: Init,
  spec: NetworkSpec,
  timeSteps: number,
  random: RandomSource,
  loaded: readonly Tensor[] | null,
): Float64Array {
  const layout = parameterLayout(spec);
  const parameters = new Float64Array(parameterCountOf(layout));
  const scheme: Scheme = init.scheme !== "auto" ? init.scheme : spec.cell === "linear" ? "tutorial" : "pytorch";
  for (const info of layout) {
    const values = parameters.subarray(info.offset, info.offset + sizeOf(info.shape));
    // Learned initial states start at zero, and draw nothing, so that the other parameters are those without them.
    if (isInitialState(info.name) || isDiagonal(spec, info.name)) continue;
    if (isNormTensor(info.name) && scheme !== "constant") values.fill(info.name.startsWith("weight") ? 1 : 0);
    else if (info.name.startsWith("leak")) values.fill(leakOf(spec.ctrnn!.alpha));
    else draw(values, info, scheme, init, spec, random);
  }
  drawDiagonal(parameters, layout, spec, init, random);
  constrainRecurrent(parameters, layout, spec);
  setGateBiases(parameters, layout, spec, { forgetBias: init.forgetBias, timeSteps }, random);
  for (const tensor of loaded ?? []) {
    const { offset, shape } = findTensor(layout, tensor.name, l10n.t("the weights file"));
    if (tensor.shape.join() !== shape.join()) {
      throw new Error(
        l10n.t(
          "{0} in the weights file has shape [{1}]; the model requires [{2}]",
          printable(tensor.name),
          printable(tensor.shape.join(", ")),
          shape.join(", "),
        ),
      );
    }
    parameters.set(tensor.values, offset);
  }
  const missing =
    loaded === null
      ? undefined
      : layout.find(
          ({ name }) =>
            !isInitialState(name) && !loaded.some((tensor) => tensor.name === name) && !(name in init.values),
        );
  if (missing !== undefined)
    throw new Error(
      l10n.t("the weights file is missing {0} [{1}], which the model requires", missing.name, missing.shape.join(", ")),
    );
  for (const [name, value] of Object.entries(init.values)) {
    const { offset, values } = readInitialValue(layout, name, value);
    parameters.set(values, offset);
  }
  refuseViolations(parameters, layout, spec);
  return parameters;
}

/** What the sigmoid makes alpha of. */
function leakOf(alpha: number): number {
  return Math.log(alpha / (1 - alpha));
}

/** The recurrent weights of each layer whose connections are constrained, as views. */
function* constrainedWeights(parameters: Float64Array, layout: readonly ParameterInfo[], spec: NetworkSpec) {
  const { ctrnn, hiddenSize: H, numLayers } = spec;
  const connections = ctrnn === undefined ? null : connectionsOf(ctrnn.connections, H, numLayers);
  for (const [layer, ofLayer] of (connections ?? []).entries()) {
    const { name, offset } = layout.find((info) => info.name === `weight_hh_l${layer}`)!;
    yield { name, weights: parameters.subarray(offset, offset + H * H), connections: ofLayer };
  }
}

function constrainRecurrent(parameters: Float64Array, layout: readonly ParameterInfo[], spec: NetworkSpec): void {
  for (const { weights, connections } of constrainedWeights(parameters, layout, spec))
    constrainDrawn(weights, connections);
}

/** Weights that are given are not changed. @throws Error when the connections do not allow them */
function refuseViolations(parameters: Float64Array, layout: readonly ParameterInfo[], spec: NetworkSpec): void {
  for (const { name, weights, connections } of constrainedWeights(parameters, layout, spec)) {
    const found = findViolation(weights, connections);
    if (found === null) continue;
    const { to, from, sign } = found;
    const element = `${name}[${to}, ${from}]`;
    const value = weights[to * spec.hiddenSize + from]!;
    if (sign === 0)
      throw new Error(
        l10n.t(
          "{0} is {1}, but there is no such connection (model.connectivity, model.dale); it must be 0",
          element,
          value,
        ),
      );
    throw new Error(
      sign > 0
        ? l10n.t("{0} is {1}, but with model.dale unit {2} is excitatory; it must not be below 0", element, value, from)
        : l10n.t(
            "{0} is {1}, but with model.dale unit {2} is inhibitory; it must not be above 0",
            element,
            value,
            from,
          ),
    );
  }
}

function draw(
  values: Float64Array,
  { name, shape }: ParameterInfo,
  scheme: Scheme,
  init: Init,
  spec: NetworkSpec,
  random: RandomSource,
): void {
  const { hiddenSize: H } = spec;
  const isBias = name.includes("bias");
  const isProjection = name.startsWith("weight_hr");
  const isRecurrent = name.startsWith("weight_hh");
  switch (scheme) {
    case "constant":
      values.fill(init.constant);
      return;
    case "tutorial":
      if (name === "weight_ih_l0") values.fill(init.weight_ih_l0);
      else if (name === "weight_hh_l0") values.fill(init.weight_hh_l0);
      else if (isBias) values.fill(0);
      else uniform(values, 1 / Math.sqrt(H), random);
      return;
    case "pytorch":
      uniform(values, standardBound(name, spec), random);
      return;
    case "xavier":
    case "orthogonal":
      if (isBias) values.fill(0);
      else if (isProjection && scheme === "orthogonal") orthonormalRows(values, shape[0]!, H, 1, random);
      else if (isRecurrent && scheme === "orthogonal") drawOrthogonal(values, spec, shape[1]!, init, random);
      // Of peepholes each gate's are the diagonal of a square matrix.
      else uniform(values, Math.sqrt(6 / (blockRows(name, shape, spec) + (shape[1] ?? H))), random);
      return;
    case "identity":
      if (isBias) values.fill(0);
      else if (isProjection) identity(values, H, 1);
      else if (isRecurrent) {
        const size = blockRows(name, shape, spec) * shape[1]!;
        forEachBlock(values, size, (block) => identity(block, shape[1]!, init.gain));
      } else uniform(values, standardBound(name, spec), random);
      return;
  }
}

/**
 * PyTorch's: of its recurrent modules 1 / sqrt(H), also of their inputs; of nn.Linear, which the read-out is and the
 * minimal cells are, 1 / sqrt(inputs).
 */
function standardBound(name: string, spec: NetworkSpec): number {
  const { cell, inputSize, hiddenSize } = spec;
  if (name.startsWith("readout")) return 1 / Math.sqrt(outputWidth(spec));
  const readsInput = isMinimalCell(cell) && name.endsWith("_ih_l0");
  return 1 / Math.sqrt(readsInput ? inputSize : hiddenSize);
}

/** Uniform within [-bound, bound). */
function uniform(values: Float64Array, bound: number, random: RandomSource): void {
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.double() - 1) * bound;
}

/**
 * Rows of one block: all of a read-out and of a projection; of a cell those of a gate, and of its recurrent weights
 * those of a head.
 */
function blockRows(name: string, shape: readonly number[], { cell, hiddenSize: H }: NetworkSpec): number {
  if (/^(readout|weight_hr)/.test(name)) return shape[0]!;
  return cell === "slstm" && name.startsWith("weight_hh") ? shape[1]! : H;
}

/** @param size numbers of a block */
function forEachBlock(values: Float64Array, size: number, fill: (block: Float64Array) => void): void {
  for (let start = 0; start < values.length; start += size) fill(values.subarray(start, start + size));
}

/** [rows, columns] with the gain on its diagonal, and else zeros. */
function identity(block: Float64Array, columns: number, gain: number): void {
  for (let i = 0; i < block.length; i++) block[i] = i % (columns + 1) === 0 && i < columns * columns ? gain : 0;
}

/**
 * Orthogonal blocks of [G H, size], or for each head one matrix of orthonormal columns over its gates. Of a projection
 * the blocks, too, have orthonormal columns, as they have more rows.
 */
function drawOrthogonal(
  values: Float64Array,
  { hiddenSize: H, lstm }: NetworkSpec,
  size: number,
  { gain, orthogonal }: Init,
  random: RandomSource,
): void {
  const gates = values.length / (H * size);
  const isProjected = (lstm?.projSize ?? 0) > 0;
  const perGate = orthogonal === "per-gate" || gates === 1;
  if (isProjected) {
    forEachBlock(values, perGate ? H * size : values.length, (block) => orthonormalColumns(block, size, gain, random));
    return;
  }
  if (perGate) {
    forEachBlock(values, size * size, (block) => orthonormalRows(block, size, size, gain, random));
    return;
  }
  const columns = new Float64Array(gates * size * size);
  for (let head = 0; head < H / size; head++) {
    orthonormalRows(columns, size, gates * size, gain, random);
    for (let gate = 0; gate < gates; gate++)
      for (let i = 0; i < size; i++) {
        const row = gate * H + head * size + i;
        for (let j = 0; j < size; j++) values[row * size + j] = columns[(j * gates + gate) * size + i]!;
      }
  }
}

function orthonormalColumns(block: Float64Array, columns: number, gain: number, random: RandomSource): void {
  const rows = block.length / columns;
  const transposed = new Float64Array(block.length);
  orthonormalRows(transposed, columns, rows, gain, random);
  for (let i = 0; i < block.length; i++) block[i] = transposed[(i % columns) * rows + Math.floor(i / columns)]!;
}

/**
 * Rows of normal numbers made orthonormal by Gram and Schmidt, each row twice, which is enough for full precision; then
 * times the gain. At least as many columns as rows.
 */
function orthonormalRows(
  values: Float64Array,
  rows: number,
  columns: number,
  gain: number,
  random: RandomSource,
): void {
  for (let i = 0; i < values.length; i++) values[i] = normal(random);
  for (let row = 0; row < rows; row++) {
    const current = values.subarray(row * columns, (row + 1) * columns);
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < row; other++) {
        let dot = 0;
        for (let j = 0; j < columns; j++) dot += current[j]! * values[other * columns + j]!;
        for (let j = 0; j < columns; j++) current[j] = current[j]! - dot * values[other * columns + j]!;
      }
    }
    const length = Math.sqrt(current.reduce((sum, value) => sum + value * value, 0));
    for (let j = 0; j < columns; j++) current[j] = current[j]! / length;
  }
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * gain;
}
