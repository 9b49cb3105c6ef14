/** What a table has in place of a value. */
export type FaultKind = "not-a-number" | "not-a-time" | "missing" | "width" | "after-quote";

export interface Fault {
  readonly kind: FaultKind;
  /** Counted from 1, at the start of the record. */
  readonly line: number;
  /** Place among the columns that are wanted; -1 where it is of the whole row. */
  readonly column: number;
  readonly text: string;
}

export interface Faults {
  /** The first few of each kind. */
  readonly first: readonly Fault[];
  readonly counts: ReadonlyMap<FaultKind, number>;
  /** Cells that have no value, by what they have in its place: "" or a marker. */
  readonly markers: ReadonlyMap<string, number>;
  /** Cells of each wanted column that are none of its kind, by its place among them. */
  readonly misfits: ReadonlyMap<number, number>;
}

/** So many of each kind are kept. */
const MAX_FAULTS = 5;
const NONE: readonly Fault[] = [];

/** Those of the last records, which are the footer, do not count. */
export class FaultList {
  private readonly first: Fault[] = [];
  private readonly counts = new Map<FaultKind, number>();
  private readonly markers = new Map<string, number>();
  private readonly misfits = new Map<number, number>();
  private pending: Fault[] = [];
  /** Of the last `footer` records. */
  private readonly held: (readonly Fault[])[] = [];

  constructor(private readonly footer: number) {}

  /** Forgets those of a record that was not whole. */
  startRecord(): void {
    if (this.pending.length > 0) this.pending = [];
  }

  add(fault: Fault): void {
    this.pending.push(fault);
  }

  endRecord(): void {
    const { pending } = this;
    if (pending.length > 0) this.pending = [];
    if (this.footer === 0) this.count(pending);
    else this.hold(pending.length === 0 ? NONE : pending);
  }

  /** A record without faults that comes before the one that is being read. */
  endEarlierRecord(): void {
    if (this.footer > 0) this.hold(NONE);
  }

  /** The rest of the table is within quotes. */
  open(line: number): never {
    throw new OpenQuoteError(line);
  }

  finish(): Faults {
    const { first, counts, markers, misfits } = this;
    return { first, counts, markers, misfits };
  }

  private hold(faults: readonly Fault[]): void {
    this.held.push(faults);
    if (this.held.length > this.footer) this.count(this.held.shift()!);
  }

  private count(faults: readonly Fault[]): void {
    for (const fault of faults) {
      const before = this.counts.get(fault.kind) ?? 0;
      this.counts.set(fault.kind, before + 1);
      if (before < MAX_FAULTS) this.first.push(fault);
      if (fault.kind === "missing") addOne(this.markers, fault.text);
      else if (fault.column >= 0) addOne(this.misfits, fault.column);
    }
  }
}

function addOne<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export class OpenQuoteError extends Error {
  override name = "OpenQuoteError";

  constructor(readonly line: number) {
    super(`line ${line}`);
  }
}
