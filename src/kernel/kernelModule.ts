import { KERNEL_BINARIES } from "./kernelBinaries.generated";
import type { ArithmeticMode } from "../shared/trace/trace";
import type { FloatType } from "./panelMatrix";
import { unpackBinaries } from "./unpackBinaries";
import { wasm, type WasmMemory, type WasmModule } from "./webAssembly";

/**
 * The builds of the kernel, each for float32 and for float64. Relaxed SIMD is faster where the machine has FMA; only
 * plain SIMD gives the same bits on every machine. The wide builds have tiles for V8's re-vectorizer
 * (src/worker/wideVectors.ts), and the same bits as the others.
 */
export type KernelVariant = "relaxed" | "plain" | "relaxedWide" | "plainWide";

/** Byte address in the kernel's memory. */
export type Address = number;

/** What the kernel exports; contracts in src/kernel/assembly. */
export interface Kernel {
  lstmForward(plan: Address): void;
  lstmBackward(plan: Address): void;
  lstmVariantForward(plan: Address): void;
  lstmVariantBackward(plan: Address): void;
  gruForward(plan: Address): void;
  gruBackward(plan: Address): void;
  ctrnnForward(plan: Address): void;
  ctrnnBackward(plan: Address): void;
  mingruForward(plan: Address): void;
  mingruBackward(plan: Address): void;
  minlstmForward(plan: Address): void;
  minlstmBackward(plan: Address): void;
  lruForward(plan: Address): void;
  lruBackward(plan: Address): void;
  rglruForward(plan: Address): void;
  rglruBackward(plan: Address): void;
  slstmForward(plan: Address): void;
  slstmBackward(plan: Address): void;
  rnnForward(plan: Address): void;
  rnnBackward(plan: Address): void;
  readoutForward(
    h: Address,
    hStride: number,
    hPanels: number,
    w: Address,
    bias: Address,
    out: Address,
    outStride: number,
    outPanels: number,
    rows: number,
  ): void;
  readoutBackward(
    h: Address,
    hStride: number,
    hPanels: number,
    dOut: Address,
    outStride: number,
    outPanels: number,
    wTransposed: Address,
    dh: Address,
    dw: Address,
    dBias: Address,
    rows: number,
  ): void;
  transposeWeights(
    w: Address,
    weightPanel: number,
    gatePanels: number,
    panels: number,
    out: Address,
    outPanel: number,
  ): void;
  gatherPartners(
    source: Address,
    sourceStride: number,
    target: Address,
    targetStride: number,
    panels: number,
    batch: number,
    steps: number,
    lengths: Address,
    ends: boolean,
  ): void;
  addToPartners(
    source: Address,
    sourceStride: number,
    target: Address,
    targetStride: number,
    panels: number,
    batch: number,
    steps: number,
    lengths: Address,
    ends: boolean,
  ): void;
  transposeBands(w: Address, gateWeights: number, bands: Address, units: number, out: Address): void;
  addRowNorms(
    values: Address,
    stride: number,
    panels: number,
    batch: number,
    steps: number,
    out: Address,
    scratch: Address,
  ): void;
  copyRows(values: Address, stride: number, columns: number, rowBytes: number, steps: number, out: Address): void;
  sumOfSquares(values: Address, count: number, scratch: Address): number;
  scale(values: Address, count: number, factor: number): void;
  clampValues(values: Address, count: number, limit: number): void;
  addValues(a: Address, b: Address, out: Address, count: number): void;
  multiplyValues(a: Address, b: Address, out: Address, count: number): void;
  addScaledValues(target: Address, values: Address, count: number, factor: Address): void;
  clear(values: Address, bytes: number): void;
  sgdUpdate(p: Address, g: Address, count: number, rate: number, decay: number, norms: Address): void;
  momentumUpdate(
    p: Address,
    g: Address,
    v: Address,
    count: number,
    rate: number,
    momentum: number,
    nesterov: boolean,
    decay: number,
    norms: Address,
  ): void;
  rmspropUpdate(
    p: Address,
    g: Address,
    s: Address,
    v: Address,
    count: number,
    rate: number,
    alpha: number,
    oneMinusAlpha: number,
    epsilon: number,
    momentum: number,
    decay: number,
    norms: Address,
  ): void;
  adamUpdate(
    p: Address,
    g: Address,
    m: Address,
    v: Address,
    count: number,
    step: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    correction: number,
    epsilon: number,
    decay: number,
    shrink: number,
    norms: Address,
  ): void;
  rpropUpdate(
    p: Address,
    g: Address,
    step: Address,
    previous: Address,
    count: number,
    etaPlus: number,
    etaMinus: number,
    norms: Address,
  ): void;
  rpropTorchUpdate(
    p: Address,
    g: Address,
    step: Address,
    previous: Address,
    count: number,
    etaPlus: number,
    etaMinus: number,
    minStep: number,
    maxStep: number,
    norms: Address,
  ): void;
}

const modules = new Map<string, WasmModule>();
/** What is computed by wide builds, in words of {@link kernelKind}. */
const wide = new Set<string>();

/** One word for what a build computes: "float32 fast". */
function kernelKind(floats: FloatType, arithmetic: ArithmeticMode): string {
  return `${floats} ${arithmetic}`;
}

/** Whether {@link bestKernelVariant} is a wide build from now on, in this thread. The bits are the same. */
export function useWideKernels(floats: FloatType, arithmetic: ArithmeticMode, on: boolean): void {
  if (on) wide.add(kernelKind(floats, arithmetic));
  else wide.delete(kernelKind(floats, arithmetic));
}

/** The fastest build this machine's WebAssembly can run; where it has no relaxed SIMD, "fast" is portable. */
export function bestKernelVariant(floats: FloatType, arithmetic: ArithmeticMode): KernelVariant {
  const [narrow, joined] =
    arithmetic === "fast" && wasm.validate(binaryOf(floats, "relaxed"))
      ? (["relaxed", "relaxedWide"] as const)
      : (["plain", "plainWide"] as const);
  return wide.has(kernelKind(floats, arithmetic)) ? joined : narrow;
}

export function variantArithmetic(variant: KernelVariant): ArithmeticMode {
  return variant === "plain" || variant === "plainWide" ? "portable" : "fast";
}

/** A kernel on the given shared memory. Compiled once a thread. */
export function instantiateKernel(floats: FloatType, variant: KernelVariant, memory: WasmMemory): Kernel {
  const key = `${floats} ${variant}`;
  let module = modules.get(key);
  if (module === undefined) {
    module = new wasm.Module(binaryOf(floats, variant));
    modules.set(key, module);
  }
  return new wasm.Instance(module, { env: { memory } }).exports as unknown as Kernel;
}

let binaries: readonly Uint8Array<ArrayBuffer>[] | null = null;

function binaryOf(floats: FloatType, variant: KernelVariant): Uint8Array<ArrayBuffer> {
  binaries ??= unpackBinaries(KERNEL_BINARIES);
  return binaries[KERNEL_BINARIES.names.indexOf(`${floats} ${variant}`)]!;
}
