/**
 * Work that can be put aside: it yields between pieces that take a millisecond or a few, so that whoever drives it can
 * let training go on in between. What it returns is the result.
 */
export type SlicedTask<T> = Generator<void, T, void>;

/** Does all of it at once. */
export function finishWork<T>(work: SlicedTask<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
