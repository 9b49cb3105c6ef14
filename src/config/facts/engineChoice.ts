import type { Experiment } from "../schema/schema";

/**
 * The largest linear cell for which "auto" is float64: what it does explodes beyond 32-bit floats, and to be seen as it
 * is.
 */
const SMALL_LINEAR = 8;

/** Whether the experiment is for the float32 engine, where that is there. */
export function prefersFloat32({ engine, model }: Pick<Experiment, "engine" | "model">): boolean {
  if (engine !== "auto") return engine === "float32";
  return model.cell !== "linear" || model.hiddenSize > SMALL_LINEAR;
}
