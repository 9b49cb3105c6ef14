/** One thing to be done unless it is called off in time. */
export class Deadline {
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly afterMs = 0) {}

  get isSet(): boolean {
    return this.timer !== null;
  }

  set(work: () => void, afterMs = this.afterMs): void {
    this.clear();
    this.timer = setTimeout(() => {
      this.timer = null;
      work();
    }, afterMs);
  }

  clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
