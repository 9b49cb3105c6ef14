import type { Draw } from "./space";

/** Draws to throw away, until each bit of the seed has reached each bit of the state. */
const WARM_UP = 15;

/**
 * The random numbers of one step of a search, of 53 bits: sfc32 (Chris Doty-Humphrey, PractRand). They depend on
 * nothing but the seed of the search and the number of the step, so that it does not matter who takes it and when.
 */
export function seededDraw(seed: number, step: number): Draw {
  let [a, b, c, counter] = [seed | 0, step | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < WARM_UP; i++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
