/** Multiplications, or reads of a number, between two yields: about a millisecond's worth. */
const PIECE = 1e6;

/** What a call and the loop around it take beside their multiplications. */
export const CALL = 20;

/** Counts work, so that a sliced task yields after each millisecond or so whatever the size of its loops. */
export class WorkMeter {
  private spent = 0;

  /** Whether to yield now. @param cost of the work just done, in multiplications */
  isDue(cost: number): boolean {
    this.spent += cost;
    if (this.spent < PIECE) return false;
    this.spent = 0;
    return true;
  }
}
