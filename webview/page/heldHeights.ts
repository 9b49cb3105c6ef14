/** From the start of a run, until its cards have said what they have to say. */
const HOLD_MS = 1500;

/**
 * Cards keep their height while a run takes the place of another. Their texts go and come back within moments, and
 * each card that shrank and grew again would have every plot of its column laid out and drawn anew.
 */
export class HeldHeights {
  private run: string | null = null;
  private release: ReturnType<typeof setTimeout> | undefined;

  /** @param cards now */
  constructor(private readonly cards: () => readonly HTMLElement[]) {}

  /** Before anything of this run is shown. */
  show(run: string | null): void {
    if (run === this.run) return;
    const takesOver = run !== null && this.run !== null;
    this.run = run;
    if (takesOver) this.hold();
    else this.let();
  }

  /** The cards are somewhere else, or of another size. */
  let(): void {
    clearTimeout(this.release);
    this.release = undefined;
    for (const card of this.cards()) card.style.minHeight = "";
  }

  private hold(): void {
    const cards = this.cards().map((card) => [card, card.getBoundingClientRect().height] as const);
    for (const [card, height] of cards) card.style.minHeight = height === 0 ? "" : `${height}px`;
    clearTimeout(this.release);
    this.release = setTimeout(() => this.let(), HOLD_MS);
  }
}
