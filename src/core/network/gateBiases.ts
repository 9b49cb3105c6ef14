/** Initial biases of the gates that decide how long a unit keeps its state. */
import type { ModelConfig } from "../../config/schema/schema";
import { GATES } from "../../shared/trace/cells";
import { slstmOptions, type NetworkSpec } from "../../shared/trace/networkSpec";
import type { ParameterInfo } from "../../shared/trace/trace";
import type { RandomSource } from "../numerics/random";

/** What the experiment sets, and the length that it is drawn for. */
export interface GateStart {
  readonly forgetBias: ModelConfig["init"]["forgetBias"];
  /** Time steps T of a sequence. */
  readonly timeSteps: number;
}

/**
 * Sets the biases of the gate that keeps the state: f of lstm, minlstm and slstm, z of gru, since PyTorch's z is the
 * share of the state that is kept, and with the other sign z of mingru, which is the share that is written.
 *
 * A number is added to the gate's rows of `bias_ih`. The chrono initialization (Tallec and Ollivier, ICLR 2018) is
 *
 *   b_f = ln(u), b_i = -b_f        u uniform in [1, T - 1), for each unit of each layer
 *
 * where b is the sum of PyTorch's two biases: `bias_ih` has the value and `bias_hh`, where there is one, 0. Of slstm
 * b_i is left alone: a constant factor of all inputs cancels. Its exponential gate gets b_f = ln(u / (1 + u)).
 *
 * @param parameters [all of the layout], of which only these biases change
 * @param random used for chrono alone, and after everything else is drawn, which it therefore doesn't shift
 */
export function setGateBiases(
  parameters: Float64Array,
  layout: readonly ParameterInfo[],
  spec: NetworkSpec,
  { forgetBias, timeSteps }: GateStart,
  random: RandomSource,
): void {
  const { cell, hiddenSize: H } = spec;
  const isExponential = cell === "slstm" && slstmOptions(spec).forgetGate === "exponential";
  const keeps = GATES[cell].findIndex((gate) => gate === "f" || gate === "z");
  if (keeps < 0 || forgetBias === 0) return;
  const writes = cell === "slstm" ? -1 : GATES[cell].indexOf("i");
  const sign = cell === "mingru" ? -1 : 1;
  for (const { name, offset } of layout) {
    if (!name.startsWith("bias_ih")) continue;
    const inputSide = parameters.subarray(offset);
    const hidden = layout.find((info) => info.name === name.replace("_ih", "_hh"));
    const hiddenSide = hidden === undefined ? null : parameters.subarray(hidden.offset);
    for (let j = 0; j < H; j++) {
      const keep = keeps * H + j;
      if (forgetBias !== "chrono") {
        inputSide[keep] = inputSide[keep]! + sign * forgetBias;
        continue;
      }
      const bias = Math.log(1 + random.double() * (timeSteps - 2));
      inputSide[keep] = isExponential ? -Math.log1p(Math.exp(-bias)) : sign * bias;
      if (hiddenSide !== null) hiddenSide[keep] = 0;
      if (writes < 0) continue;
      inputSide[writes * H + j] = -bias;
      if (hiddenSide !== null) hiddenSide[writes * H + j] = 0;
    }
  }
}
