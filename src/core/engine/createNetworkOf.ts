import type { Arithmetic } from "../../config/facts/engineChoice";
import type { CreateNetwork } from "../network/network";
import { createReferenceNetwork } from "./referenceNetwork";

/** Makes the networks of an arithmetic. @param kernel null: by the reference */
export function createNetworkOf(arithmetic: Arithmetic, kernel: CreateNetwork | null): CreateNetwork {
  if (arithmetic === "reference" || kernel === null) return createReferenceNetwork;
  return (spec, capacity) => kernel(spec, { ...capacity, floats: arithmetic });
}
