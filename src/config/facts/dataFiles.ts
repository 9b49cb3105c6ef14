/**
 * Contents of the files that an experiment names; null where it names none. Who reads them keeps to the experiment's
 * folder.
 */
export interface ExperimentFiles {
  /** `task.file`: a text, decoded from UTF-8, or the bytes of a table. */
  readonly data: string | Uint8Array | null;
  /** `model.init.file`, safetensors. */
  readonly weights: Uint8Array | null;
}

/** Largest files that are read, in bytes. */
export const MAX_DATA_BYTES = 32 * 2 ** 20;
export const MAX_WEIGHTS_BYTES = 256 * 2 ** 20;

/** What a file of data, or of weights, is usually called. */
export const DATA_FILE_PATTERN = /\.(txt|csv|tsv|text|md|dat|data)$/i;
export const WEIGHTS_FILE_PATTERN = /\.safetensors$/i;
