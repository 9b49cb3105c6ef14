/** Seeded choices for the generators of the corpus. */

/** The two halves of the corpus: thresholds are set on one, and the other is for testing them. */
export const HALVES = ["tuning", "held-out"] as const;
export type Half = (typeof HALVES)[number];

/** Draws that depend on nothing but the kind, the half, and the index of a case. */
export class Draw {
  private state: number;

  constructor(
    name: string,
    readonly half: Half,
    index: number,
  ) {
    this.state = hashOf(`${name}/${half}/${index}`);
  }

  /** Uniform in [0, 1) (the mulberry32 generator). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  }

  uniform(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  /** Uniform in the logarithm, two significant digits. */
  logUniform(from: number, to: number): number {
    return Number(Math.exp(this.uniform(Math.log(from), Math.log(to))).toPrecision(2));
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.next());
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  pick<T>(values: readonly T[]): T {
    return values[this.whole(0, values.length - 1)]!;
  }

  /** From the values of its half, which the other half does not have. */
  pickOfHalf<T>(tuning: readonly T[], heldOut: readonly T[]): T {
    return this.pick(this.half === "tuning" ? tuning : heldOut);
  }

  /** Experiment seeds: even ones for tuning, odd ones for testing. */
  seed(): number {
    return 2 * this.whole(0, 5000) + (this.half === "tuning" ? 0 : 1);
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
