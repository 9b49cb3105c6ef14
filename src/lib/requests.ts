import { describeError } from "./outsideText";

/** What the other end says to a request. It crosses threads, windows, and processes alike. */
export type Reply<T = unknown> =
  | { readonly type: "reply"; readonly requestId: number; readonly result: T }
  | { readonly type: "requestFailed"; readonly requestId: number; readonly message: string };

/** The other end said nothing in time. */
export class RequestTimeout extends Error {
  override readonly name = "RequestTimeout";
}

interface RequestLimits {
  /**
   * Rejects with a {@link RequestTimeout}, of this message for a person if there is one. A reply that comes later is
   * ignored.
   */
  readonly timeout?: { readonly ms: number; readonly message?: string };
  /** Rejects with the reason of the signal. The other end is not told; its reply is ignored. */
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly release: () => void;
}

/**
 * The end of a channel that asks. Each request gets a number and is settled exactly once: by its reply, its timeout,
 * its signal, or the end of the channel. It knows nothing of the channel, which may lead to a thread, a page, or
 * another process.
 */
export class Requests {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private closed: Error | null = null;

  /** Requests that wait for their reply. */
  get size(): number {
    return this.waiting.size;
  }

  /**
   * @param send posts the request; what it throws rejects the request
   * @template T what the other end replies to it: trusted here, checked where messages are read
   */
  ask<T>(send: (requestId: number) => void, { timeout, signal }: RequestLimits = {}): Promise<T> {
    if (this.closed !== null) return Promise.reject(this.closed);
    const requestId = ++this.lastId;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => void this.reject(requestId, signal?.reason);
      const timer =
        timeout === undefined
          ? undefined
          : setTimeout(() => this.reject(requestId, new RequestTimeout(timeout.message)), timeout.ms);
      const release = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      this.waiting.set(requestId, { resolve: (result) => resolve(result as T), reject, release });
      signal?.addEventListener("abort", onAbort);
      if (signal?.aborted === true) return onAbort();
      try {
        send(requestId);
      } catch (error) {
        this.reject(requestId, error);
      }
    });
  }

  receive(reply: Reply): boolean {
    return reply.type === "reply"
      ? this.resolve(reply.requestId, reply.result)
      : this.reject(reply.requestId, new Error(reply.message));
  }

  /** @returns false when nobody waits for it, or not any more */
  resolve(requestId: number, result: unknown): boolean {
    const waiting = this.remove(requestId);
    waiting?.resolve(result);
    return waiting !== undefined;
  }

  /** @returns false when nobody waits for it, or not any more */
  reject(requestId: number, reason: unknown): boolean {
    const waiting = this.remove(requestId);
    waiting?.reject(reason);
    return waiting !== undefined;
  }

  /** The other end is gone, with all that it was asked. Another one may take its place. */
  abandon(reason: Error): void {
    for (const requestId of [...this.waiting.keys()]) this.reject(requestId, reason);
  }

  /** Nothing can be asked any more. */
  close(reason: Error): void {
    this.closed ??= reason;
    this.abandon(reason);
  }

  private remove(requestId: number): Waiting | undefined {
    const waiting = this.waiting.get(requestId);
    this.waiting.delete(requestId);
    waiting?.release();
    return waiting;
  }
}

/**
 * The end of a channel that is asked: replies with what `work` returns or resolves to, or with the words of its error.
 */
export function replyTo<T>(requestId: number, work: () => T | Promise<T>, post: (reply: Reply<T>) => void): void {
  const fail = (error: unknown): void => post(failedReply(requestId, error));
  try {
    const result = work();
    if (result instanceof Promise) result.then((value) => post({ type: "reply", requestId, result: value }), fail);
    else post({ type: "reply", requestId, result });
  } catch (error) {
    fail(error);
  }
}

export function failedReply(requestId: number, error: unknown): Extract<Reply, { type: "requestFailed" }> {
  return { type: "requestFailed", requestId, message: describeError(error) };
}
