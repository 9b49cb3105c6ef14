const EVERY_MS = 100;

/** Looks until there is something, or the time is over. @returns null when there never was */
export async function poll<T>(look: () => Promise<T | null> | T | null, withinMs: number): Promise<T | null> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null || performance.now() >= end) return found;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
