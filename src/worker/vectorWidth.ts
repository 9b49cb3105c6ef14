/** Imported early by what trains on a thread of its own, so that it takes the kernels that its process has chosen. */
import { useWideKernels } from "../kernel/kernelModule";
import { VectorChoice } from "../threads/vectorChoice";

for (const floats of ["float32", "float64"] as const)
  for (const arithmetic of ["fast", "portable"] as const)
    useWideKernels(floats, arithmetic, VectorChoice.ofProcess()?.isWide(floats, arithmetic) === true);
