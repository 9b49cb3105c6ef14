/**
 * What a bundle of a run is: a folder of files with these names and no others, and a manifest with their sizes and
 * checksums.
 */
export const MANIFEST = "bundle.json";
export const BUNDLE_KIND = "rnn-lab-run";
/** Version 1 had the picture as `loss.png`, and versions 1 and 2 had no `best.safetensors`; both are read as well. */
export const BUNDLE_VERSION = 3;
export const EARLIER_VERSIONS: readonly unknown[] = [1, 2];

const MIB = 2 ** 20;

/**
 * Largest size of each file that is read: of the metrics, about five million iterations. The names are fixed: no text
 * of a user becomes one.
 */
export const BUNDLE_FILES = {
  "README.md": MIB,
  "experiment.rnn.json": 4 * MIB,
  "metrics.csv": 1024 * MIB,
  "run.rnnrun": 512 * MIB,
  "weights.safetensors": 256 * MIB,
  "best.safetensors": 256 * MIB,
  "loss.svg": MIB,
  "loss.png": 8 * MIB,
} as const;
export type BundleFile = keyof typeof BUNDLE_FILES;
/** A bundle without these is none. */
export const NEEDED_FILES: readonly BundleFile[] = ["experiment.rnn.json", "run.rnnrun"];

export interface Manifest {
  readonly kind: typeof BUNDLE_KIND;
  readonly version: typeof BUNDLE_VERSION;
  readonly files: readonly ManifestEntry[];
}

export interface ManifestEntry {
  readonly name: BundleFile;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Why a bundle cannot be taken in; in words for a person. */
export class BundleError extends Error {}
