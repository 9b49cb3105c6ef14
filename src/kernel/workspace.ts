import type { NetworkCapacity, NetworkSpec } from "../core/network/network";
import { placeShares, type ParameterMemory, type SliceMemory } from "./networkMemory";
import { placeIn, readSequence, ROW_BYTES, writeSequence, type Floats, type PanelMatrix } from "./panelMatrix";
import { PAGE_BYTES, wasm, type WasmMemory } from "./webAssembly";

/** Bytes one network may take; 32-bit addresses end at twice that. */
export const KERNEL_MEMORY_LIMIT = 2 ** 31;

/** The memory of one network, and what of it the current batch takes. */
export interface Workspace {
  readonly memory: WasmMemory;
  /** The whole memory; a new view after it has grown. */
  floats(): Floats;
  shares(): readonly SliceMemory[];
  /** Whether anything moved: a batch of another size lies elsewhere. @throws RangeError beyond the limit */
  place(batch: number, timeSteps: number): boolean;
  /** Each sequence asked for, or all: its row in the matrices of its share, and its place among those asked for. */
  eachSequence(sequence: number | null, visit: (share: SliceMemory, row: number, index: number) => void): void;
  /** One matrix of each share into dense [sequences, steps, columns]. */
  read(
    matrixOf: (share: SliceMemory) => PanelMatrix,
    steps: number,
    columns: number,
    sequence: number | null,
    into: Float64Array,
  ): void;
  /** The way back, for all sequences. */
  write(matrixOf: (share: SliceMemory) => PanelMatrix, steps: number, columns: number, from: Float64Array): void;
}

export function createWorkspace(
  spec: NetworkSpec,
  placed: ParameterMemory,
  capacity: NetworkCapacity | null,
): Workspace {
  const initial =
    capacity === null ? placed.end : placeShares(spec, placed, capacity.batch, capacity.timeSteps).at(-1)!.end;
  checkSize(initial);
  const memory = new wasm.Memory({ initial: pages(initial), maximum: pages(KERNEL_MEMORY_LIMIT), shared: true });
  const view = (): Floats =>
    placed.packed.format.floats === "float32" ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer);
  let floats = view();
  let shares: SliceMemory[] = [];

  function eachSequence(
    sequence: number | null,
    visit: (share: SliceMemory, row: number, index: number) => void,
  ): void {
    for (const share of shares) {
      for (let b = 0; b < share.batch; b++) {
        if (sequence === null) visit(share, b, share.firstSequence + b);
        else if (sequence === share.firstSequence + b) visit(share, b, 0);
      }
    }
  }

  return {
    memory,
    floats: () => floats,
    shares: () => shares,
    place(batch, timeSteps) {
      if (shares[0]?.wholeBatch === batch && shares[0].timeSteps === timeSteps) return false;
      const next = placeShares(spec, placed, batch, timeSteps);
      const { end } = next.at(-1)!;
      checkSize(end);
      if (end > floats.byteLength) {
        memory.grow(pages(end) - pages(floats.byteLength));
        floats = view();
      }
      shares = next;
      // Whatever was here before, what is padding now has to be zero.
      floats.fill(0, placeIn(floats, placed.end), placeIn(floats, end));
      return true;
    },
    eachSequence,
    read(matrixOf, steps, columns, sequence, into) {
      eachSequence(sequence, (share, row, index) =>
        readSequence(floats, matrixOf(share), row, share.batch, into, index * steps * columns, steps, columns),
      );
    },
    write(matrixOf, steps, columns, from) {
      eachSequence(null, (share, row, index) =>
        writeSequence(floats, matrixOf(share), row, share.batch, from, index * steps * columns, steps, columns),
      );
    },
  };
}

/** A matrix of states from the rows of the last time step on. */
export function lastStates(states: PanelMatrix, share: SliceMemory): PanelMatrix {
  return { ...states, address: states.address + share.timeSteps * share.batch * ROW_BYTES };
}

function checkSize(bytes: number): void {
  if (bytes <= KERNEL_MEMORY_LIMIT) return;
  const mebibytes = (value: number) => Math.ceil(value / 2 ** 20).toLocaleString("en-US");
  throw new RangeError(
    `This network and batch size require ${mebibytes(bytes)} MiB of memory; the limit is ${mebibytes(KERNEL_MEMORY_LIMIT)} MiB. Reduce the hidden size, the batch size, or the sequence length.`,
  );
}

function pages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}
