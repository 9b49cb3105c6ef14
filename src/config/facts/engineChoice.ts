import type { ArithmeticMode, TraceHeader } from "../../shared/trace/trace";
import { KERNEL_CELLS } from "../../shared/trace/cells";
import type { Experiment } from "../schema/schema";
import { cellKindOf } from "./cellKind";

/** Who computes: the kernel in WebAssembly, in float32 or float64, or the reference in plain TypeScript, in float64. */
export type Backend = "float32" | "float64" | "reference";

/** How a run was computed, of what its file says. */
export type RecordedEngine = Partial<Pick<TraceHeader, "engine" | "webAssembly" | "arithmetic">>;

/**
 * The largest linear cell for which "auto" is float64: what it does explodes beyond 32-bit floats, and to be seen as it
 * is. Such a cell is always computed by the reference, whose order of additions gives the digits of the tutorial.
 */
const SMALL_LINEAR = 8;

/** Whether the kernel computes the cell, with the options that the model sets. */
export function hasKernel(model: Experiment["model"]): boolean {
  return KERNEL_CELLS.has(cellKindOf(model));
}

/**
 * What the experiment is computed by, where the kernel is there: a cell that the kernel lacks by the reference.
 * @param recorded a run to go on with as it was: by the reference, where its cell had no kernel yet
 */
export function backendOf(
  { engine, model }: Pick<Experiment, "engine" | "model">,
  recorded: RecordedEngine | null = null,
): Backend {
  if (recorded !== null && recorded.webAssembly !== true && (recorded.engine ?? engine) === "float64")
    return "reference";
  if (!hasKernel(model) || (engine !== "float32" && isSmallLinear(model))) return "reference";
  return engine === "float64" ? "float64" : "float32";
}

/**
 * How the experiment's products are added: a small linear cell keeps its digits on every machine.
 * @param recorded a run to go on with as it was; those before the key were fast
 */
export function arithmeticOf(
  { arithmetic, model }: Pick<Experiment, "arithmetic" | "model">,
  recorded: RecordedEngine | null = null,
): ArithmeticMode {
  if (recorded !== null) return recorded.arithmetic ?? "fast";
  return isSmallLinear(model) ? "portable" : arithmetic;
}

function isSmallLinear({ cell, hiddenSize }: Experiment["model"]): boolean {
  return cell === "linear" && hiddenSize <= SMALL_LINEAR;
}
