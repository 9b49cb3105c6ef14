/** A host that was silent for so long is asked for a sign. */
const ASK_AFTER_MS = 1000;
/** From then on it has so long to give one: it may be busy for a moment. */
const PATIENCE_MS = 2500;
/** Between two looks at the clock. */
export const LOOK_INTERVAL_MS = 250;
/**
 * What counts of the time between two looks: timers stand still while the page is hidden or the computer sleeps. On a
 * busy machine they are late, which must not make the host seem present for longer.
 */
const MOST_BETWEEN_LOOKS_MS = 4 * LOOK_INTERVAL_MS;

/**
 * Whether the extension host is there: when it crashes, VS Code leaves its pages as they are, and their messages go
 * nowhere. Each message of the host is a sign; when none comes, it is asked for one. Found within 4 s.
 */
export class HostWatch {
  private silentMs = 0;
  private waitedMs = 0;
  private askedAt: number | null = null;
  private lookedAt: number;
  private connected = true;

  /**
   * @param ask the host for a sign
   * @param now milliseconds
   */
  constructor(
    private readonly ask: () => void,
    private readonly onChange: (isConnected: boolean) => void,
    private readonly now: () => number,
  ) {
    this.lookedAt = now();
  }

  get isConnected(): boolean {
    return this.connected;
  }

  /** A message of the host has come. */
  heard(): void {
    this.silentMs = 0;
    this.waitedMs = 0;
    this.askedAt = null;
    this.become(true);
  }

  /** Called every {@link LOOK_INTERVAL_MS}, or later. */
  look(isVisible: boolean): void {
    const now = this.now();
    const passed = Math.min(now - this.lookedAt, MOST_BETWEEN_LOOKS_MS);
    this.lookedAt = now;
    if (!isVisible) return;
    this.silentMs += passed;
    if (this.askedAt !== null) this.waitedMs += passed;
    if (this.silentMs >= ASK_AFTER_MS && (this.askedAt === null || now - this.askedAt >= ASK_AFTER_MS)) {
      this.askedAt = now;
      this.ask();
    }
    if (this.waitedMs >= PATIENCE_MS) this.become(false);
  }

  private become(isConnected: boolean): void {
    if (isConnected === this.connected) return;
    this.connected = isConnected;
    this.onChange(isConnected);
  }
}
