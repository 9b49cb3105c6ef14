/**
 * The linear maps of a layer that its steps share: from its input to the blocks of its coefficients, and from its state
 * to what it puts out.
 */
import type { Network } from "../network/network";
import { unitFactors } from "../cells/lru";
import { tensorNamed } from "./stepCoefficients";

type Layout = Pick<Network, "layout" | "spec">;

/** [G H, I]: `weight_ih`; of lru gamma B, of rglru W_i, W_r and the identity, times the projection of the input. */
export function inputMap(network: Layout, parameters: Float64Array, layer: number): Float64Array {
  const { cell, hiddenSize: H } = network.spec;
  const projection = tensorNamed(network, parameters, `weight_ih_l${layer}`);
  const own = (name: string): Float64Array => tensorNamed(network, parameters, `${name}_l${layer}`)!;
  if (cell === "lru") {
    const { gamma } = unitFactors({ nu_log: own("nu_log"), theta_log: own("theta_log"), gamma_log: own("gamma_log") });
    const blocks = [own("B_re"), own("B_im")].map((B) => B.map((value, i) => gamma[Math.floor(i / H)]! * value));
    return through(concatenate(blocks), projection, H);
  }
  if (cell === "rglru") {
    const gates = ["input_gate_weight", "a_gate_weight"].map((name) => onDiagonal(own(name), H));
    const identity = Float64Array.from({ length: H * H }, (_, i) => Number(i % (H + 1) === 0));
    return through(concatenate([...gates, identity]), projection, H);
  }
  return projection!;
}

/** What a layer puts out where that is no part of its state: h = sum over the parts of C state + D input. */
export interface OutputMap {
  /** Of each part of the state, [H, H]. */
  readonly ofPart: readonly Float64Array[];
  /** [H, I] */
  readonly ofInput: Float64Array;
}

/** Null where h is the first part of the state itself. */
export function outputMap(network: Layout, parameters: Float64Array, layer: number): OutputMap | null {
  const { cell, hiddenSize: H } = network.spec;
  if (cell !== "lru") return null;
  const own = (name: string): Float64Array => tensorNamed(network, parameters, `${name}_l${layer}`)!;
  const D = new Float64Array(H * H);
  own("D").forEach((value, j) => (D[j * H + j] = value));
  return {
    ofPart: [own("C_re"), own("C_im").map((value) => -value)],
    ofInput: through(D, tensorNamed(network, parameters, `weight_ih_l${layer}`), H),
  };
}

function concatenate(blocks: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

/** Blocks kept as [H, width], as a matrix [H, H]. */
function onDiagonal(blocks: Float64Array, H: number): Float64Array {
  const width = blocks.length / H;
  const matrix = new Float64Array(H * H);
  for (let row = 0; row < H; row++) {
    const start = row * H + Math.floor(row / width) * width;
    matrix.set(blocks.subarray(row * width, (row + 1) * width), start);
  }
  return matrix;
}

/** matrix [rows, H] times projection [H, I]; the matrix itself where nothing is projected. */
function through(matrix: Float64Array, projection: Float64Array | null, H: number): Float64Array {
  if (projection === null) return matrix;
  const I = projection.length / H;
  const product = new Float64Array((matrix.length / H) * I);
  for (let row = 0; row < matrix.length / H; row++)
    for (let k = 0; k < H; k++) {
      const factor = matrix[row * H + k]!;
      if (factor === 0) continue;
      for (let i = 0; i < I; i++) product[row * I + i] = product[row * I + i]! + factor * projection[k * I + i]!;
    }
  return product;
}
