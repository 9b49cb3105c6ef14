interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Questions to the thread that wait for their answer. Each is settled once: answered, failed, or abandoned. */
export class PendingRequests {
  private readonly waiting = new Map<number, Pending>();
  private asked = 0;

  get size(): number {
    return this.waiting.size;
  }

  /** T is the type of the answer to what is sent. */
  ask<T>(send: (requestId: number) => void): Promise<T> {
    const requestId = ++this.asked;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(requestId, { resolve: (result) => resolve(result as T), reject });
      send(requestId);
    });
  }

  answer(requestId: number, result: unknown): void {
    this.remove(requestId)?.resolve(result);
  }

  fail(requestId: number, error: Error): void {
    this.remove(requestId)?.reject(error);
  }

  abandon(reason: Error): void {
    for (const requestId of [...this.waiting.keys()]) {
      this.fail(requestId, reason);
    }
  }

  private remove(requestId: number): Pending | undefined {
    const pending = this.waiting.get(requestId);
    this.waiting.delete(requestId);
    return pending;
  }
}
