/** Imported early by what trains on a thread of its own, so that it takes the kernels that its process has chosen. */
import { getEnvironmentData } from "node:worker_threads";
import { kernelKind, useWideKernels } from "../kernel/kernelModule";

/** Under this name a thread finds in its environment data what it is to compute by wide kernels, by `kernelKind`. */
export const WIDE_VECTORS_KEY = "rnnLab.wideVectors";

const found = getEnvironmentData(WIDE_VECTORS_KEY);
for (const floats of ["float32", "float64"] as const)
  for (const arithmetic of ["fast", "portable"] as const)
    useWideKernels(floats, arithmetic, Array.isArray(found) && found.includes(kernelKind(floats, arithmetic)));
