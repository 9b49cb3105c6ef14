/** Imported early by what trains on a thread of its own, so that it takes the kernels that its process has chosen. */
import { getEnvironmentData } from "node:worker_threads";
import { useWideKernels } from "../kernel/kernelModule";

/** Under this name a thread finds in its environment data the types of numbers for which it is to use wide kernels. */
export const WIDE_VECTORS_KEY = "rnnLab.wideVectors";

const found = getEnvironmentData(WIDE_VECTORS_KEY);
for (const floats of ["float32", "float64"] as const)
  useWideKernels(floats, Array.isArray(found) && found.includes(floats));
