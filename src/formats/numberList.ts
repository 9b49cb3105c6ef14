/** Numbers whose count is known at their end only. Takes at most twice their memory while they are added. */
export class NumberList {
  private values = new Float64Array(1024);
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  /** A copy of those from `start` on. */
  slice(start = 0): Float64Array<ArrayBuffer> {
    return this.values.slice(start, this.count);
  }
}
