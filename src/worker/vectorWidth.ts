/** Imported early by what trains on a thread of its own, so that it takes the kernels that its process has chosen. */
import { getEnvironmentData } from "node:worker_threads";
import { useWideKernels } from "../kernel/kernelModule";

/** Under this name a thread finds in its environment data whether it is to use wide kernels. */
export const WIDE_VECTORS_KEY = "rnnLab.wideVectors";

useWideKernels(getEnvironmentData(WIDE_VECTORS_KEY) === true);
