/**
 * Mersenne Twister MT19937 (Matsumoto and Nishimura, ACM TOMACS 8, 1998). The draws equal those of NumPy's
 * `RandomState` bit for bit, seeded by `init_genrand` from one integer and by `init_by_array` from several.
 */
import type { RandomState } from "./checkpoint";

const N = 624;
const M = 397;

export interface RandomSource {
  /** Next double of [0, 1) with 53 random bits. */
  double(): number;
  /** Next unsigned 32-bit integer. */
  uint32(): number;
}

/** One that can be put down and taken up again. */
export interface SeededRandom extends RandomSource {
  /** A copy of its state. */
  save(): RandomState;
  restore(saved: RandomState): void;
}

/** Independent streams of one seed: what is drawn for one purpose does not shift what is drawn for another. */
export const STREAM = { weights: 1, batches: 2, dropout: 3, evaluation: 4, sampling: 5, connections: 6 } as const;

/**
 * The draws of NumPy's RandomState(seed), or with a stream of RandomState([seed, stream]).
 * @param seed integer of [0, 2^32)
 */
export function createRandom(seed: number, stream?: number): SeededRandom {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`seed is ${seed}; it must be an integer from 0 to 4294967295`);
  }
  const state = stream === undefined ? seedFromInteger(seed) : seedFromArray([seed, stream]);
  let position = N;

  function refill(): void {
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
      state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    position = 0;
  }

  function uint32(): number {
    if (position === N) refill();
    let y = state[position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  return {
    uint32,
    // 27 high bits of one draw, 26 of the next: (a * 2^26 + b) / 2^53.
    double: () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992,
    save: () => ({ words: state.slice(), position }),
    restore(saved) {
      state.set(saved.words);
      position = saved.position;
    },
  };
}

/** `init_genrand` */
function seedFromInteger(seed: number): Uint32Array {
  const state = new Uint32Array(N);
  state[0] = seed;
  for (let i = 1; i < N; i++) {
    const previous = state[i - 1]!;
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  return state;
}

/** `init_by_array` */
function seedFromArray(key: readonly number[]): Uint32Array {
  const state = seedFromInteger(19650218);
  let i = 1;
  const advance = (): void => {
    i++;
    if (i >= N) {
      state[0] = state[N - 1]!;
      i = 1;
    }
  };
  const mixed = (factor: number) => state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), factor);
  for (let k = 0; k < N; k++) {
    const j = k % key.length;
    state[i] = mixed(1664525) + key[j]! + j;
    advance();
  }
  for (let k = 1; k < N; k++) {
    state[i] = mixed(1566083941) - i;
    advance();
  }
  state[0] = 0x80000000;
  return state;
}

/** Standard normal number by Box and Muller; takes two draws. */
export function normal(random: RandomSource): number {
  // 1 - u is never 0, so the logarithm is finite.
  return Math.sqrt(-2 * Math.log(1 - random.double())) * Math.cos(2 * Math.PI * random.double());
}

/** The integers 0 to n - 1 in random order (Fisher and Yates). */
export function permutation(n: number, random: RandomSource): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, index) => index);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random.double() * (i + 1));
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

/** Rounds to the nearest integer, ties to the even one, as NumPy's `around` does. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction < 0.5) return floor;
  if (fraction > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
