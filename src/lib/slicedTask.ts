/**
 * Work that can be put aside: it yields between pieces that take a millisecond or a few, so that whoever drives it can
 * let training go on in between. What it returns is the result.
 */
export type SlicedTask<T> = Generator<void, T, void>;

/** Between two pieces, other events of the thread are handled. */
const PIECE_MS = 10;

/** Does it in pieces of about {@link PIECE_MS}, each an event of its own. */
export async function finishInPieces<T>(work: SlicedTask<T>, now: () => number = Date.now): Promise<T> {
  for (;;) {
    const until = now() + PIECE_MS;
    do {
      const { done, value } = work.next();
      if (done === true) return value;
    } while (now() < until);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Does all of it at once. */
export function finishWork<T>(work: SlicedTask<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
