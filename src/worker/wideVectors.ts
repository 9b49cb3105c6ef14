import { setFlagsFromString } from "node:v8";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { arithmeticOf } from "../config/facts/engineChoice";
import { trainingWork } from "../config/facts/trainingWork";
import type { Experiment } from "../config/schema/schema";
import { compareKernels } from "../kernel/compareKernels";
import { bestKernelVariant, useWideKernels } from "../kernel/kernelModule";
import type { FloatType } from "../kernel/panelMatrix";
import { VectorChoice } from "../threads/vectorChoice";

/** What a wide kernel must gain to be worth compiling: less is within the noise. */
const LARGEST_RATIO = 0.95;
/** The first version of V8 whose re-vectorizer joins what the kernel consists of. */
const FIRST_V8 = 13;

/** Multiplications and additions, about half a second's, from which on trying pays. */
const LEAST_WORK = 1e10;

/** From now on it may be tried in this process, whose flags of V8 are ours alone. */
export function allowWideVectors(): void {
  new VectorChoice().share();
}

/** Of the vectors that the kernels of this thread use. */
export function vectorBits(floats: FloatType): 128 | 256 {
  return VectorChoice.ofProcess()?.isWide(floats) === true ? 256 : 128;
}

/** {@link tryWideVectorsFor} what trains the experiment. @param runs how many times */
export function prepareVectors(experiment: Experiment, files: ExperimentFiles | undefined, runs = 1): void {
  const arithmetic = arithmeticOf(experiment);
  if (arithmetic !== "reference") tryWideVectorsFor(arithmetic, runs * trainingWork(experiment, files));
}

/**
 * Lets V8 join pairs of 128-bit vectors into 256-bit ones, in this process, and takes the wide kernels if they then
 * give the same bits in less time; that is tried once, on a small network, where the tenth of a second that it takes
 * is made up for. The flag holds for all WebAssembly that the process compiles from then on.
 * @param multiplyAdds that are to come
 */
export function tryWideVectorsFor(floats: FloatType, multiplyAdds: number): void {
  const choice = VectorChoice.ofProcess();
  if (choice === null || (choice.isWide(floats) === null && multiplyAdds < LEAST_WORK)) return;
  useWideKernels(
    floats,
    choice.decide(floats, () => isSupported() && isWorthIt(floats)),
  );
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
