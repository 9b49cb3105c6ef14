import { setEnvironmentData } from "node:worker_threads";
import { setFlagsFromString } from "node:v8";
import { compareKernels } from "../kernel/compareKernels";
import { bestKernelVariant, useWideKernels } from "../kernel/kernelModule";
import { WIDE_VECTORS_KEY } from "./vectorWidth";

/** What a wide kernel must gain to be worth compiling: less is within the noise. */
const LARGEST_RATIO = 0.95;
/** The first version of V8 whose re-vectorizer joins what the kernel consists of. */
const FIRST_V8 = 13;

/** Multiplications and additions, about half a second's, from which on trying pays. */
const LEAST_WORK = 1e10;

let tried: boolean | null = null;

/** {@link tryWideVectors} will not. */
export function forbidWideVectors(): void {
  tried = false;
}

/** Of the vectors that the kernels of this thread use. */
export function vectorBits(): 128 | 256 {
  return tried === true ? 256 : 128;
}

/** {@link tryWideVectors} where that is made up for. @param multiplyAdds that are to come */
export function tryWideVectorsFor(multiplyAdds: number): void {
  if (multiplyAdds >= LEAST_WORK) tryWideVectors();
}

/**
 * Lets V8 join pairs of 128-bit vectors into 256-bit ones, in this process, and takes the wide kernels if they then
 * give the same bits in less time; that is tried once, on a small network, and takes about a tenth of a second. For
 * processes of our own only: the flag holds for all WebAssembly that the process compiles from then on.
 * @returns whether the kernels of this thread, and of all threads started from now on, are the wide ones
 */
function tryWideVectors(): boolean {
  tried ??= isSupported() && isWorthIt();
  useWideKernels(tried);
  setEnvironmentData(WIDE_VECTORS_KEY, tried);
  return tried;
}

/** V8 has it on x86-64, but not on macOS. */
function isSupported(): boolean {
  return (
    process.arch === "x64" && process.platform !== "darwin" && Number.parseInt(process.versions.v8, 10) >= FIRST_V8
  );
}

function isWorthIt(): boolean {
  const narrow = bestKernelVariant();
  useWideKernels(true);
  const wide = bestKernelVariant();
  setFlagsFromString("--experimental-wasm-revectorize");
  const { isEqual, timeRatio } = compareKernels(wide, narrow, () => performance.now());
  return isEqual && timeRatio < LARGEST_RATIO;
}
