/** What python/rnnlab_ray.py writes down as it goes. */
export interface RayProgress {
  readonly isConnecting: boolean;
  /** Tasks that run at once; null before Ray is there. */
  readonly slots: number | null;
  /** Packs whose tasks have ended, however. */
  readonly ended: ReadonlySet<number>;
  /** Whether the driver has ended by itself, with all tasks. */
  readonly isFinished: boolean;
  readonly error: { readonly kind: string; readonly message: string } | null;
  /** Why the last lost task was lost; null: none was. */
  readonly lost: string | null;
}

export function readRayEvents(text: string): RayProgress {
  const ended = new Set<number>();
  let isConnecting = false;
  let slots: number | null = null;
  let isFinished = false;
  let error: RayProgress["error"] = null;
  let lost: string | null = null;
  // What follows the last line end is being written.
  for (const line of text.split("\n").slice(0, -1)) {
    const { event, pack, message, kind, slots: given } = parse(line);
    if (event === "connecting") isConnecting = true;
    if (event === "connected") {
      isConnecting = false;
      slots = Math.max(1, Number(given) || 1);
    }
    if (event === "ended" && typeof pack === "number") {
      ended.add(pack);
      if (typeof message === "string") lost = message;
    }
    if (event === "finished") isFinished = true;
    if (event === "error") {
      isConnecting = false;
      error = { kind: String(kind), message: String(message) };
    }
  }
  return { isConnecting, slots, ended, isFinished, error, lost };
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
