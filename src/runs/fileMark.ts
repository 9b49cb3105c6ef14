/** The file that a recorder writes, as far as another thread has to know it to find it at its path. */
export interface MarkedFile {
  /** Null: on this disk nothing but its name says which file it is. */
  readonly identity: { readonly device: bigint; readonly inode: bigint } | null;
  readonly bytes: bigint;
  /** A write has failed: there may be more bytes. */
  readonly isTorn: boolean;
}

const SLOT = {
  turn: 0,
  isOpen: 1,
  isKnown: 2,
  device: 3,
  inode: 4,
  bytes: 5,
  isTorn: 6,
  isDropped: 7,
  isEndWaiting: 8,
  keeper: 9,
} as const;

/**
 * Memory in which the thread that trains says what its file should be. That thread may be in a step for a minute, so
 * another one compares this with what is at the path. The turn is odd while the file changes.
 */
export class FileMark {
  private readonly slots: BigInt64Array<SharedArrayBuffer>;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(8 * Object.keys(SLOT).length)) {
    this.slots = new BigInt64Array(memory);
  }

  /** Goes up by one when the recorder begins to change the file, and when it has. */
  get turn(): bigint {
    return this.read(SLOT.turn);
  }

  get isChanging(): boolean {
    return this.turn % 2n === 1n;
  }

  /** Null before the file is there and after the end of the run. */
  get file(): MarkedFile | null {
    if (this.read(SLOT.isOpen) === 0n) return null;
    const identity = { device: this.read(SLOT.device), inode: this.read(SLOT.inode) };
    return {
      identity: this.read(SLOT.isKnown) === 0n ? null : identity,
      bytes: this.read(SLOT.bytes),
      isTorn: this.read(SLOT.isTorn) !== 0n,
    };
  }

  /** The run is not to be kept: its file, once deleted, stays so. */
  get isDropped(): boolean {
    return this.read(SLOT.isDropped) !== 0n;
  }

  drop(): void {
    this.store(SLOT.isDropped, 1n);
  }

  /** The run has ended, and its thread tries to write its end until the disk accepts it. */
  get isEndWaiting(): boolean {
    return this.read(SLOT.isEndWaiting) !== 0n;
  }

  setEndWaiting(isWaiting: boolean): void {
    this.store(SLOT.isEndWaiting, isWaiting ? 1n : 0n);
  }

  /** Whether this process keeps the run's lease: the one that looks at the mark, unless another one has said so. */
  isKeptBy(pid: number): boolean {
    const keeper = this.read(SLOT.keeper);
    return keeper === 0n || keeper === BigInt(pid);
  }

  setKeeper(pid: number): void {
    this.store(SLOT.keeper, BigInt(pid));
  }

  beginChange(): void {
    if (!this.isChanging) Atomics.add(this.slots, SLOT.turn, 1n);
  }

  /** @param file null: there is none any more, or none yet */
  endChange(file: MarkedFile | null): void {
    this.store(SLOT.isOpen, file === null ? 0n : 1n);
    if (file !== null) {
      this.store(SLOT.isKnown, file.identity === null ? 0n : 1n);
      this.store(SLOT.device, file.identity?.device ?? 0n);
      this.store(SLOT.inode, file.identity?.inode ?? 0n);
      this.store(SLOT.bytes, file.bytes);
      this.store(SLOT.isTorn, file.isTorn ? 1n : 0n);
    }
    if (this.isChanging) Atomics.add(this.slots, SLOT.turn, 1n);
  }

  private read(slot: number): bigint {
    return Atomics.load(this.slots, slot);
  }

  private store(slot: number, value: bigint): void {
    Atomics.store(this.slots, slot, value);
  }
}
