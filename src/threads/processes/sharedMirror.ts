/** Memory of a process that the other one has a copy of. */
interface Mirrored {
  readonly memory: SharedArrayBuffer;
  readonly words: Int32Array<SharedArrayBuffer>;
  /** What the other process has, as far as this one knows. */
  readonly told: Int32Array;
}

/** What the other process needs to have the same in its memory. */
export interface MirrorNews {
  /** Memory that is new: its number, and how long it is. */
  readonly opened: readonly (readonly [id: number, bytes: number])[];
  /** Words that were written: the number of the memory, the word's place in it, its value, and so on. */
  readonly written: Int32Array<ArrayBuffer>;
}

/** The oldest is forgotten: a training thread reads that of its present run, and of a few that have ended. */
const MOST_MEMORIES = 32;

/**
 * Shared memory for two processes, which share none: each has memory of its own, and what is written on one side is
 * written on the other when it is told. Every word must be written on one side only.
 */
export class SharedMirror {
  /** The oldest first. */
  private readonly mirrored = new Map<number, Mirrored>();
  private readonly ids = new WeakMap<SharedArrayBuffer, number>();
  private nextId = 0;
  private opened: (readonly [id: number, bytes: number])[] = [];

  /** The number under which the other side knows it, from the next news on. Its length is a multiple of 4. */
  idOf(memory: SharedArrayBuffer): number {
    const known = this.ids.get(memory);
    if (known !== undefined && this.mirrored.has(known)) return known;
    const id = this.nextId++;
    this.opened.push([id, memory.byteLength]);
    this.keep(id, memory);
    return id;
  }

  /** The memory that has this number on both sides. @throws RangeError when it is forgotten */
  memoryOf(id: number): SharedArrayBuffer {
    const mirrored = this.mirrored.get(id);
    if (mirrored === undefined) throw new RangeError(`there is no shared memory ${id}`);
    return mirrored.memory;
  }

  /** What was written here since the last call; null: nothing. */
  collect(): MirrorNews | null {
    const written: number[] = [];
    for (const [id, { words, told }] of this.mirrored) {
      for (let at = 0; at < words.length; at++) {
        const value = Atomics.load(words, at);
        if (value === told[at]) continue;
        told[at] = value;
        written.push(id, at, value);
      }
    }
    if (written.length + this.opened.length === 0) return null;
    return { opened: this.opened.splice(0), written: Int32Array.from(written) };
  }

  /** What the other side has collected. */
  apply({ opened, written }: MirrorNews): void {
    for (const [id, bytes] of opened) this.keep(id, new SharedArrayBuffer(bytes));
    for (let i = 0; i < written.length; i += 3) {
      const mirrored = this.mirrored.get(written[i]!);
      if (mirrored === undefined) continue;
      const [at, value] = [written[i + 1]!, written[i + 2]!];
      mirrored.told[at] = value;
      Atomics.store(mirrored.words, at, value);
      Atomics.notify(mirrored.words, at);
    }
  }

  private keep(id: number, memory: SharedArrayBuffer): void {
    this.ids.set(memory, id);
    const words = new Int32Array(memory);
    this.mirrored.set(id, { memory, words, told: new Int32Array(words.length) });
    const [oldest] = this.mirrored.keys();
    if (this.mirrored.size > MOST_MEMORIES && oldest !== undefined) this.mirrored.delete(oldest);
  }
}
