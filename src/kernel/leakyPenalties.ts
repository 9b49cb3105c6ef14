import type { NetworkSpec } from "../core/network/network";
import type { Kernel } from "./kernelModule";
import type { ParameterMemory, SliceMemory } from "./networkMemory";
import { paddedToPanel, placeIn, ROW_BYTES, type Floats } from "./panelMatrix";

/** The L2 penalties of src/core/engine/penalties.ts. */
export class LeakyPenalties {
  private readonly rateL2: number;
  private readonly weightL2: number;
  /** Of the gradients that the next backward adds, and of those that the last was to add. */
  private share = 0;
  private added = 0;

  constructor(
    private readonly spec: NetworkSpec,
    private readonly memory: ParameterMemory,
    private readonly kernel: Kernel,
  ) {
    this.rateL2 = spec.ctrnn?.rateL2 ?? 0;
    this.weightL2 = spec.ctrnn?.weightL2 ?? 0;
  }

  /** See Network.penalize. */
  penalize(shares: readonly SliceMemory[], share: number): number {
    if (this.rateL2 === 0 && this.weightL2 === 0) return 0;
    this.share = share;
    let rates = 0;
    for (const slice of shares) rates += this.sumOfSquaredRates(slice);
    let weights = 0;
    for (const { sections, size } of this.matrices()) {
      let sum = 0;
      for (const { start, count } of sections) sum += this.sumOfSquares(this.memory.parameters + start, count);
      weights += sum / size;
    }
    return share * ((this.rateL2 * rates) / this.rateCount(shares) + this.weightL2 * weights);
  }

  /**
   * Before a backward pass, which adds the gradients of the rates: once for each time that they were asked for.
   * @param floats the whole memory
   */
  begin(shares: readonly SliceMemory[], floats: Floats): void {
    this.added = this.share;
    this.share = 0;
    this.write(floats, (2 * this.added * this.rateL2) / this.rateCount(shares));
  }

  /** After it. */
  addWeightGradients(floats: Floats): void {
    const { added: share, memory, kernel } = this;
    if (share === 0 || this.weightL2 === 0) return;
    const [gradients] = memory.gradients;
    for (const { sections, size } of this.matrices()) {
      this.write(floats, (2 * share * this.weightL2) / size);
      for (const { start, count } of sections)
        kernel.addScaledValues(gradients! + start, memory.parameters + start, count, memory.factor);
    }
  }

  private write(floats: Floats, factor: number): void {
    floats[placeIn(floats, this.memory.factor)] = factor;
  }

  private rateCount(shares: readonly SliceMemory[]): number {
    const { hiddenSize, numLayers } = this.spec;
    const { wholeBatch, timeSteps } = shares[0]!;
    return numLayers * wholeBatch * timeSteps * hiddenSize;
  }

  private sumOfSquaredRates({ layers, batch, timeSteps }: SliceMemory): number {
    const { columns } = this.memory.packed.format;
    let sum = 0;
    for (const { states } of layers)
      for (let panel = 0; panel < states.panels; panel++) {
        const first = states.address + panel * states.stride + batch * ROW_BYTES;
        sum += this.sumOfSquares(first, timeSteps * batch * columns);
      }
    return sum;
  }

  private sumOfSquares(address: number, count: number): number {
    return this.kernel.sumOfSquares(address, count, this.memory.scratch);
  }

  /** The weight matrices: runs of bytes in a packed block with their numbers, and the size without the padding. */
  private *matrices(): Generator<{
    readonly sections: readonly { readonly start: number; readonly count: number }[];
    readonly size: number;
  }> {
    const { hiddenSize: H, inputSize, outputSize } = this.spec;
    const { layers, readout, format } = this.memory.packed;
    const hidden = paddedToPanel(H, format);
    const panels = hidden / format.columns;
    for (const [l, { weights, weightPanel, xQuads }] of layers.entries()) {
      const inputRows = 4 * xQuads;
      const rows = (first: number, count: number) =>
        Array.from({ length: panels }, (_, panel) => ({
          start: weights * format.bytes + panel * weightPanel + first * ROW_BYTES,
          count: count * format.columns,
        }));
      yield { sections: rows(0, inputRows), size: H * (l === 0 ? inputSize : H) };
      yield { sections: rows(inputRows, hidden), size: H * H };
    }
    if (readout === null) return;
    const count = paddedToPanel(outputSize, format) * hidden;
    yield { sections: [{ start: readout.weights * format.bytes, count }], size: outputSize * H };
  }
}
