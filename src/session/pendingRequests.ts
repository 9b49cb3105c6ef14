interface Pending<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (error: Error) => void;
}

/** Questions to the thread that wait for their answer. Each is settled once: answered, failed, or abandoned. */
export class PendingRequests<T> {
  private readonly waiting = new Map<number, Pending<T>>();
  private asked = 0;

  get size(): number {
    return this.waiting.size;
  }

  ask(send: (requestId: number) => void): Promise<T> {
    const requestId = ++this.asked;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(requestId, { resolve, reject });
      send(requestId);
    });
  }

  answer(requestId: number, result: T): void {
    this.take(requestId)?.resolve(result);
  }

  fail(requestId: number, error: Error): void {
    this.take(requestId)?.reject(error);
  }

  abandon(reason: Error): void {
    for (const requestId of [...this.waiting.keys()]) {
      this.fail(requestId, reason);
    }
  }

  private take(requestId: number): Pending<T> | undefined {
    const pending = this.waiting.get(requestId);
    this.waiting.delete(requestId);
    return pending;
  }
}
