import type { Disposable } from "./dispose";

/** Memory that is set aside for one piece of work, or that it waits for. Disposing it returns the memory. */
export interface Reservation extends Disposable {
  readonly bytes: number;
  readonly isGranted: boolean;
  /**
   * The work is over and its memory is only kept for convenience: where others wait for it, `giveUp` is called and has
   * to dispose this reservation.
   */
  lend(giveUp: () => void): void;
}

/**
 * The memory that everything in one process shares. Work says beforehand what it will take; what does not fit now waits
 * until enough has been returned, in the order in which it was asked for, so that large work is not passed by small
 * work for ever. Keeps count only: nothing is allocated here.
 */
export class MemoryBudget {
  /** In the order in which they were asked for. */
  private readonly waiting: Entry[] = [];
  private readonly granted = new Set<Entry>();

  constructor(private mostBytes: number) {}

  /** Bytes that there are in all. */
  get limit(): number {
    return this.mostBytes;
  }

  /** What holds more already keeps it. What waits and would never fit any more still has its turn, alone. */
  set limit(bytes: number) {
    this.mostBytes = bytes;
    this.admit();
  }

  /** Bytes that are set aside. */
  get used(): number {
    let sum = 0;
    for (const { bytes } of this.granted) sum += bytes;
    return sum;
  }

  /** How much work waits. */
  get queued(): number {
    return this.waiting.length;
  }

  /**
   * Sets memory aside as soon as it is free; what asks for more than there is has it when nothing else has any.
   * @param onGranted called once, before this returns when the memory is free; never after the reservation is disposed
   */
  reserve(bytes: number, onGranted: () => void): Reservation {
    const entry = this.createEntry(bytes, onGranted);
    this.waiting.push(entry);
    this.admit();
    return entry;
  }

  /** Sets memory aside only if it is free and nothing waits; else null. */
  tryReserve(bytes: number): Reservation | null {
    if (this.waiting.length > 0 || this.used + bytes > this.mostBytes) return null;
    return this.reserve(bytes, () => undefined);
  }

  private createEntry(bytes: number, onGranted: () => void): Entry {
    const entry: Entry = {
      bytes,
      isGranted: false,
      onGranted,
      giveUp: null,
      lend: (giveUp) => {
        if (!this.granted.has(entry)) return;
        // The last to be lent is the last to go.
        this.granted.delete(entry);
        this.granted.add(entry);
        entry.giveUp = giveUp;
        this.admit();
      },
      dispose: () => {
        const place = this.waiting.indexOf(entry);
        if (place >= 0) this.waiting.splice(place, 1);
        if (this.granted.delete(entry) || place >= 0) this.admit();
      },
    };
    return entry;
  }

  private admit(): void {
    for (let first = this.waiting[0]; first !== undefined && this.makeRoom(first.bytes); first = this.waiting[0]) {
      this.waiting.shift();
      this.granted.add(first);
      first.isGranted = true;
      first.onGranted();
    }
  }

  /** Whether so much is free now, taking back what is lent where that is enough. */
  private makeRoom(bytes: number): boolean {
    const lent = [...this.granted].filter(({ giveUp }) => giveUp !== null);
    const held = this.used - lent.reduce((sum, entry) => sum + entry.bytes, 0);
    const isAlone = this.granted.size === lent.length;
    if (!isAlone && held + bytes > this.mostBytes) return false;
    for (const entry of lent) {
      if (this.used + bytes <= this.mostBytes) break;
      this.granted.delete(entry);
      entry.giveUp?.();
    }
    return true;
  }
}

interface Entry extends Reservation {
  isGranted: boolean;
  readonly onGranted: () => void;
  giveUp: (() => void) | null;
}
