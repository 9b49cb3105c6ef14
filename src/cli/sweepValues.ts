import { printable } from "../lib/outsideText";
import { valueLabel, type SweepParameter } from "../shared/wire/sweep";

/** "learningRate = 0.01, cell = lstm" */
export function describeValues(parameters: readonly SweepParameter[], values: readonly unknown[]): string {
  return parameters.map(({ key }, i) => `${key.split(".").at(-1)} = ${printable(valueLabel(values[i]))}`).join(", ");
}
