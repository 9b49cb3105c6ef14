import { setEnvironmentData } from "node:worker_threads";
import { setFlagsFromString } from "node:v8";
import { compareKernels } from "../kernel/compareKernels";
import { bestKernelVariant, kernelKind, useWideKernels } from "../kernel/kernelModule";
import type { FloatType } from "../kernel/panelMatrix";
import type { ArithmeticMode } from "../shared/trace/trace";
import { WIDE_VECTORS_KEY } from "./vectorWidth";

/** What a wide kernel must gain to be worth compiling: less is within the noise. */
const LARGEST_RATIO = 0.95;
/** The first version of V8 whose re-vectorizer joins what the kernel consists of. */
const FIRST_V8 = 13;

/** Multiplications and additions, about half a second's, from which on trying pays. */
const LEAST_WORK = 1e10;

/** Whether what was tried is used, by `kernelKind`. */
const tried = new Map<string, boolean>();

/** {@link tryWideVectors} will not. */
export function forbidWideVectors(): void {
  for (const floats of ["float32", "float64"] as const)
    for (const arithmetic of ["fast", "portable"] as const) tried.set(kernelKind(floats, arithmetic), false);
}

/** Of the vectors that the kernels of this thread use. */
export function vectorBits(floats: FloatType, arithmetic: ArithmeticMode): 128 | 256 {
  return tried.get(kernelKind(floats, arithmetic)) === true ? 256 : 128;
}

/** {@link tryWideVectors} where that is made up for. @param multiplyAdds that are to come */
export function tryWideVectorsFor(floats: FloatType, arithmetic: ArithmeticMode, multiplyAdds: number): void {
  if (multiplyAdds >= LEAST_WORK) tryWideVectors(floats, arithmetic);
}

/**
 * Lets V8 join pairs of 128-bit vectors into 256-bit ones, in this process, and takes the wide kernels if they then
 * give the same bits in less time; that is tried once, on a small network, and takes about a tenth of a second. For
 * processes of our own only: the flag holds for all WebAssembly that the process compiles from then on.
 * @returns whether the kernels of this thread, and of all threads started from now on, are the wide ones
 */
function tryWideVectors(floats: FloatType, arithmetic: ArithmeticMode): boolean {
  const kind = kernelKind(floats, arithmetic);
  const isUsed = tried.get(kind) ?? (isSupported() && isWorthIt(floats, arithmetic));
  tried.set(kind, isUsed);
  useWideKernels(floats, arithmetic, isUsed);
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

function isWorthIt(floats: FloatType, arithmetic: ArithmeticMode): boolean {
  const narrow = bestKernelVariant(floats, arithmetic);
  useWideKernels(floats, arithmetic, true);
  const wide = bestKernelVariant(floats, arithmetic);
  setFlagsFromString("--experimental-wasm-revectorize");
  const { isEqual, timeRatio } = compareKernels(floats, wide, narrow, () => performance.now());
  return isEqual && timeRatio < LARGEST_RATIO;
}
