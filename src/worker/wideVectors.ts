import { setEnvironmentData } from "node:worker_threads";
import { setFlagsFromString } from "node:v8";
import { compareKernels } from "../kernel/compareKernels";
import { bestKernelVariant, useWideKernels } from "../kernel/kernelModule";
import type { FloatType } from "../kernel/panelMatrix";
import { WIDE_VECTORS_KEY } from "./vectorWidth";

/** What a wide kernel must gain to be worth compiling: less is within the noise. */
const LARGEST_RATIO = 0.95;
/** The first version of V8 whose re-vectorizer joins what the kernel consists of. */
const FIRST_V8 = 13;

/** Multiplications and additions, about half a second's, from which on trying pays. */
const LEAST_WORK = 1e10;

/** Whether what was tried is used. */
const tried = new Map<FloatType, boolean>();

/** {@link tryWideVectors} will not. */
export function forbidWideVectors(): void {
  for (const floats of ["float32", "float64"] as const) tried.set(floats, false);
}

/** Of the vectors that the kernels of this thread use. */
export function vectorBits(floats: FloatType): 128 | 256 {
  return tried.get(floats) === true ? 256 : 128;
}

/** {@link tryWideVectors} where that is made up for. @param multiplyAdds that are to come */
export function tryWideVectorsFor(floats: FloatType, multiplyAdds: number): void {
  if (multiplyAdds >= LEAST_WORK) tryWideVectors(floats);
}

/**
 * Lets V8 join pairs of 128-bit vectors into 256-bit ones, in this process, and takes the wide kernels if they then
 * give the same bits in less time; that is tried once, on a small network, and takes about a tenth of a second. For
 * processes of our own only: the flag holds for all WebAssembly that the process compiles from then on.
 * @returns whether the kernels of this thread, and of all threads started from now on, are the wide ones
 */
function tryWideVectors(floats: FloatType): boolean {
  const isUsed = tried.get(floats) ?? (isSupported() && isWorthIt(floats));
  tried.set(floats, isUsed);
  useWideKernels(floats, isUsed);
  setEnvironmentData(
    WIDE_VECTORS_KEY,
    [...tried].filter(([, used]) => used).map(([type]) => type),
  );
  return isUsed;
}

/** V8 has it on x86-64, but not on macOS. */
function isSupported(): boolean {
  return (
    process.arch === "x64" && process.platform !== "darwin" && Number.parseInt(process.versions.v8, 10) >= FIRST_V8
  );
}

function isWorthIt(floats: FloatType): boolean {
  const narrow = bestKernelVariant(floats);
  useWideKernels(floats, true);
  const wide = bestKernelVariant(floats);
  setFlagsFromString("--experimental-wasm-revectorize");
  const { isEqual, timeRatio } = compareKernels(floats, wide, narrow, () => performance.now());
  return isEqual && timeRatio < LARGEST_RATIO;
}
