/** The course of the loss in bounded memory: means and medians of blocks of iterations, longer ones in longer runs. */

const MAX_BLOCKS = 128;

interface Block {
  readonly mean: number;
  readonly median: number;
}

export class LossHistory {
  private blocks: Block[] = [];
  /** First blocks that make one. */
  private perBlock = 1;
  private readonly open: number[] = [];
  private halves: Block[] = [];

  /** @param firstBlock values in a block of a short run */
  constructor(private readonly firstBlock: number) {}

  add(loss: number): void {
    this.open.push(loss);
    if (this.open.length < this.firstBlock) return;
    this.halves.push({ mean: mean(this.open), median: median(this.open) });
    this.open.length = 0;
    if (this.halves.length < this.perBlock) return;
    this.blocks.push(merge(this.halves));
    this.halves = [];
    if (this.blocks.length < MAX_BLOCKS) return;
    this.blocks = pairs(this.blocks).map(merge);
    this.perBlock *= 2;
  }

  /**
   * The lowest mean of the medians of four blocks in a row: a lucky batch does not count. Infinity before there are
   * four.
   */
  lowest(): number {
    let lowest = Infinity;
    for (let i = 3; i < this.blocks.length; i++)
      lowest = Math.min(lowest, mean(this.blocks.slice(i - 3, i + 1).map((block) => block.median)));
    return lowest;
  }

  /** The mean over a part of the run, 0 to 1; NaN before there are three blocks. */
  meanOver(from: number, to: number): number {
    const { blocks } = this;
    if (blocks.length < 3) return NaN;
    const part = blocks.slice(Math.floor(from * blocks.length), Math.max(1, Math.ceil(to * blocks.length)));
    return part.reduce((sum, block) => sum + block.mean, 0) / part.length;
  }

  /** Whether each of the last `count` blocks has a larger median than the one before it. */
  isRising(count: number): boolean {
    const last = this.blocks.slice(-count - 1);
    return last.length > count && last.every((block, i) => i === 0 || block.median > last[i - 1]!.median);
  }
}

function merge(blocks: readonly Block[]): Block {
  return { mean: mean(blocks.map((block) => block.mean)), median: mean(blocks.map((block) => block.median)) };
}

function pairs<T>(values: readonly T[]): T[][] {
  return Array.from({ length: values.length >> 1 }, (_, i) => [values[2 * i]!, values[2 * i + 1]!]);
}

/** Of the finite ones; NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
