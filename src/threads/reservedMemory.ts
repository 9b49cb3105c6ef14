import * as l10n from "@vscode/l10n";
import { formatBytes } from "../config/facts/tooLarge";
import type { MemoryBudget, Reservation } from "../lib/memoryBudget";

/** The part of the window's memory that one thread has, or waits for. */
export class ReservedMemory {
  private reservation: Reservation | null = null;

  /** @param overheadBytes what the thread takes beside its work; it is not refused for that */
  constructor(
    private readonly budget: MemoryBudget,
    private readonly overheadBytes = () => 0,
  ) {}

  get isWaiting(): boolean {
    return this.reservation?.isGranted === false;
  }

  /**
   * Begins the work when its memory is free; what was reserved before is returned first. Work that is larger than all
   * there is begins at once, since its thread refuses it before it allocates anything.
   * @returns why it waits, for a person; null: it has begun
   */
  begin(workBytes: number, work: () => void): string | null {
    this.release();
    if (workBytes > this.budget.limit) {
      work();
      return null;
    }
    const bytes = this.withOverhead(workBytes);
    this.reservation = this.budget.reserve(bytes, work);
    if (!this.isWaiting) return null;
    return l10n.t(
      "Waiting for memory: this needs about {0}, and other training uses {1} of {2}.",
      formatBytes(bytes),
      formatBytes(this.budget.used),
      formatBytes(this.budget.limit),
    );
  }

  /** Has the work only where its memory is free now. @returns whether it has begun */
  tryBegin(bytes: number, work: () => void): boolean {
    this.release();
    this.reservation = this.budget.tryReserve(this.withOverhead(bytes));
    if (this.reservation === null) return false;
    work();
    return true;
  }

  /** The work is over; `giveUp` frees its memory when others wait for it. */
  lend(giveUp: () => void): void {
    this.reservation?.lend(() => {
      this.release();
      giveUp();
    });
  }

  release(): void {
    const { reservation } = this;
    this.reservation = null;
    reservation?.dispose();
  }

  private withOverhead(bytes: number): number {
    return Math.max(bytes, Math.min(bytes + this.overheadBytes(), this.budget.limit));
  }
}
