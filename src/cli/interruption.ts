const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Ctrl+C, or SIGTERM as batch systems send it before they take the machine away: the first one asks the program to end
 * in order, a second one ends it at once.
 * @param others signals that do the same
 * @param timeLimitMs after which it is asked as well, from the start of the process; null: never
 */
export function watchInterruption(
  others: readonly NodeJS.Signals[] = [],
  timeLimitMs: number | null = null,
): AbortSignal {
  const controller = new AbortController();
  for (const signal of [...SIGNALS, ...others]) process.once(signal, () => controller.abort());
  if (timeLimitMs !== null) setTimeout(() => controller.abort(), Math.max(0, timeLimitMs - performance.now())).unref();
  return controller.signal;
}

/**
 * Whoever reads a large table does nothing else until it is read, and nothing is lost when it is not: the first signal
 * ends the program at once.
 * @param data what is read; null: nothing, and signals stay watched
 * @param work that does not wait
 */
export async function endingAtOnce<T>(data: unknown, work: () => T): Promise<T> {
  if (data === null) return work();
  // One that has come by now reaches who watches; without a listener it would be lost.
  await new Promise(setImmediate);
  const watchers = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  for (const [signal, listeners] of watchers)
    for (const listener of listeners) process.removeListener(signal, listener);
  try {
    return work();
  } finally {
    // Each of them is for one signal.
    for (const [signal, listeners] of watchers) for (const listener of listeners) process.once(signal, listener);
  }
}
