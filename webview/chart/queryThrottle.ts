/**
 * Keeps what is asked again and again, while the cursor follows a run that goes on, to a pace: often enough to look
 * alive.
 */
export class QueryThrottle {
  private askedAt = -Infinity;
  private askedFor = "";
  private timer: number | null = null;

  constructor(
    private readonly everyMs: number,
    private readonly requestDraw: () => void,
  ) {}

  /**
   * Whether to ask now. If not, a draw follows when it is time: what the last rows of a run brought must show in the
   * end.
   * @param about another subject is asked about at once
   * @param live the same question has another answer with every row
   */
  isDue(about: string, live: boolean): boolean {
    const wait = this.askedAt + this.everyMs - performance.now();
    if (live && about === this.askedFor && wait > 0) {
      this.timer ??= window.setTimeout(() => {
        this.timer = null;
        this.requestDraw();
      }, wait);
      return false;
    }
    this.askedAt = performance.now();
    this.askedFor = about;
    return true;
  }
}
