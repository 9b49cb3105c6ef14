import type { Backend } from "../../config/facts/engineChoice";
import type { CreateNetwork } from "../network/network";
import { createReferenceNetwork } from "./referenceNetwork";

/** Makes the networks of a backend. @param kernel null: by the reference */
export function createNetworkOf(backend: Backend, kernel: CreateNetwork | null): CreateNetwork {
  if (backend === "reference" || kernel === null) return createReferenceNetwork;
  return (spec, capacity) => kernel(spec, { ...capacity, floats: backend });
}
