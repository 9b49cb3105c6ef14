import type { Backend } from "../../config/facts/engineChoice";
import type { ArithmeticMode } from "../../shared/trace/trace";
import type { CreateNetwork } from "../network/network";
import { createReferenceNetwork } from "./referenceNetwork";

/** Makes the networks of a backend. @param kernel null: by the reference */
export function createNetworkOf(
  backend: Backend,
  arithmetic: ArithmeticMode,
  kernel: CreateNetwork | null,
): CreateNetwork {
  if (backend === "reference" || kernel === null) return createReferenceNetwork;
  return (spec, capacity) => kernel(spec, { ...capacity, floats: backend, arithmetic });
}
