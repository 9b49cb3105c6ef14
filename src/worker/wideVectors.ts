import { setFlagsFromString } from "node:v8";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { arithmeticOf, backendOf, type RecordedEngine } from "../config/facts/engineChoice";
import { trainingWork } from "../config/facts/trainingWork";
import type { Experiment } from "../config/schema/schema";
import { compareKernels } from "../kernel/compareKernels";
import { bestKernelVariant, useWideKernels } from "../kernel/kernelModule";
import type { FloatType } from "../kernel/panelMatrix";
import type { ArithmeticMode } from "../shared/trace/trace";
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
export function vectorBits(floats: FloatType, arithmetic: ArithmeticMode): 128 | 256 {
  return VectorChoice.ofProcess()?.isWide(floats, arithmetic) === true ? 256 : 128;
}

/**
 * {@link tryWideVectorsFor} what trains the experiment.
 * @param options recorded: a run to go on with as it was; runs: how many times
 */
export function prepareVectors(
  experiment: Experiment,
  files: ExperimentFiles | undefined,
  { recorded = null, runs = 1 }: { recorded?: RecordedEngine | null; runs?: number } = {},
): void {
  const backend = backendOf(experiment, recorded);
  if (backend === "reference") return;
  tryWideVectorsFor(backend, arithmeticOf(experiment, recorded), runs * trainingWork(experiment, files));
}

/**
 * Lets V8 join pairs of 128-bit vectors into 256-bit ones, in this process, and takes the wide kernels if they then
 * give the same bits in less time; that is tried once, on a small network, where the tenth of a second that it takes
 * is made up for. The flag holds for all WebAssembly that the process compiles from then on.
 * @param multiplyAdds that are to come
 */
export function tryWideVectorsFor(floats: FloatType, arithmetic: ArithmeticMode, multiplyAdds: number): void {
  const choice = VectorChoice.ofProcess();
  if (choice === null || (choice.isWide(floats, arithmetic) === null && multiplyAdds < LEAST_WORK)) return;
  const isUsed = choice.decide(floats, arithmetic, () => isSupported() && isWorthIt(floats, arithmetic));
  useWideKernels(floats, arithmetic, isUsed);
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
