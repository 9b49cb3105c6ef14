import type { ByteSource, TableCounts } from "../../tables/byteSource";
import type { TableFiles } from "../../tables/tableFiles";

/**
 * Contents of the files that an experiment names; null where it names none. Who reads them keeps to the experiment's
 * folder.
 */
export interface ExperimentFiles {
  /**
   * `task.file`: a text, decoded from UTF-8; the bytes of a small table; a larger one by its path, or opened by the
   * thread that reads it; or all files of arrays. Or the tables of `task.files`.
   */
  readonly data: string | Uint8Array | TableFile | ByteSource | TableFiles | ArrayFiles | null;
  /** `model.init.file`, safetensors. */
  readonly weights: Uint8Array | null;
}

export const NO_FILES: ExperimentFiles = { data: null, weights: null };

/** A table on the disk, which each thread opens by itself and reads in chunks. Plain data, which can be sent. */
export interface TableFile {
  /** Links followed: it leads to a regular file inside the experiment's folder. */
  readonly path: string;
  /** As the experiment names it. */
  readonly name: string;
  /** Of the file that was found at the path, whatever its contents: another one there is not read. */
  readonly identity: string;
  /** Bytes that it had then; what is appended later is not read. */
  readonly size: number;
  /** When it was written last, in nanoseconds. */
  readonly modified: string;
  /** Null until they are known. */
  readonly counts: TableCounts | null;
}

/** What the files of arrays say about an experiment, packed as the files have it. */
export interface ArrayFiles {
  readonly format: ArrayFormat;
  readonly training: readonly ArrayPart[];
  /** Null where `task.validation` names no file. */
  readonly validation: readonly ArrayPart[] | null;
}

/**
 * A file that holds all arrays, under the name ""; of .npz one for each array, under its name; of .npy one for each
 * file, the inputs under "".
 */
export interface ArrayPart {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ArrayFormat = "npz" | "npy" | "safetensors" | "jsonl" | "ts";

/** By the end of the file's name; null where it is none of arrays. */
export function arrayFormatOf(file: string): ArrayFormat | null {
  const [, ending = ""] = /\.([a-z]+)$/.exec(file.toLowerCase()) ?? [];
  return ARRAY_ENDINGS.get(ending) ?? null;
}

const ARRAY_ENDINGS: ReadonlyMap<string, ArrayFormat> = new Map<string, ArrayFormat>([
  ["npz", "npz"],
  ["npy", "npy"],
  ["safetensors", "safetensors"],
  ["jsonl", "jsonl"],
  ["ndjson", "jsonl"],
  ["ts", "ts"],
]);

/** Whether the data of an experiment are those of arrays. */
export function areArrays(data: ExperimentFiles["data"]): data is ArrayFiles {
  return data !== null && typeof data === "object" && "format" in data;
}

/** Whether the data are a table that a thread has yet to open. */
export function isTableFile(data: ExperimentFiles["data"]): data is TableFile {
  return data !== null && typeof data === "object" && "identity" in data;
}

/** Whether the data are those of a table that is read from its file. */
export function isOpenTable(data: ExperimentFiles["data"]): data is ByteSource {
  return data !== null && typeof data === "object" && "chunks" in data;
}

/** Largest files that are read, in bytes: of a text, and of a table, which is read in chunks. */
export const MAX_TEXT_BYTES = 128 * 2 ** 20;
export const MAX_TABLE_BYTES = 2 ** 31;
/** Tables of one experiment, and the bytes of all of them together. */
export const MAX_TABLE_FILES = 10_000;
export const MAX_TABLE_FILES_BYTES = 128 * 2 ** 20;
export const MAX_WEIGHTS_BYTES = 256 * 2 ** 20;
/** Of all arrays of an experiment together, unpacked. */
export const MAX_ARRAY_BYTES = 256 * 2 ** 20;

/** What a file of data, or of weights, is usually called. */
export const DATA_FILE_PATTERN = /\.(txt|csv|tsv|text|md|dat|data)$/i;
export const TABLE_FILE_PATTERN = /\.(csv|tsv)$/i;
export const ARRAYS_FILE_PATTERN = /\.(npz|npy|safetensors|jsonl|ndjson|ts)$/i;
export const WEIGHTS_FILE_PATTERN = /\.safetensors$/i;
