/**
 * Ctrl+C, or SIGTERM as batch systems send it before they take the machine away: the first one asks the program to end
 * in order, a second one ends it at once.
 */
export function watchInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
