/** The part of an exported script about the states before the first time step: zeros, or parameters of the model. */
import { initialStateNames } from "../shared/trace/cells";
import { layerWidth, startsInCandidate } from "../shared/trace/networkSpec";
import type { TrainingSource } from "../core/training/trainingSource";

type Spec = TrainingSource["spec"];

/** In the class of the model, after its modules: the parameters, and what repeats them for a batch. */
export function initialStateLines(spec: Spec): string[] {
  const { cell, numLayers: L, learnedInitialState } = spec;
  if (learnedInitialState !== true) return [];
  const names = initialStateNames(cell);
  return [
    `        for layer in range(${L}):  # learned initial states, the same for all sequences`,
    ...names.map((name) => {
      const start = `nn.Parameter(torch.zeros(${startWidth(spec, name)}))`;
      return `            self.register_parameter(f"${name}_l{layer}", ${start})`;
    }),
    "",
    "    def initial_state(self, batch):  # [layers, batch, hidden]",
    "        def repeated(name):",
    `            states = torch.stack([getattr(self, f"{name}_l{layer}") for layer in range(${L})])`,
    `            return ${startsInCandidate(spec) ? "candidate(states)" : "states"}[:, None].expand(-1, batch, -1).contiguous()`,
    "",
    `        return ${names.map((name) => `repeated("${name}")`).join(", ")}`,
  ];
}

/** Numbers of a learned initial state. */
export function startWidth(spec: Spec, name: string): number {
  return name === "h0" ? layerWidth(spec) : spec.hiddenSize;
}

/** In a call of the recurrent module: its second argument. */
export function startArgument({ learnedInitialState }: Spec): string {
  return learnedInitialState === true ? ", self.initial_state(x.shape[0])" : "";
}

/** In the loop. Where a state is carried over, the gradient of the learned one is 0, and not absent. */
export function zeroGradient({ spec, stream }: TrainingSource): string {
  const keeps = stream && spec.learnedInitialState === true;
  return `    optimizer.zero_grad(${keeps ? "set_to_none=False" : ""})`;
}

/** In a forward that is given the state of the previous batch, None at the start. */
export function carriedStart({ learnedInitialState }: Spec): string[] {
  return learnedInitialState === true
    ? ["        state = self.initial_state(x.shape[0]) if state is None else state"]
    : [];
}

/** In a forward layer by layer: the state of each. */
export function steppedStart({ cell, numLayers: L, learnedInitialState }: Spec, stream: boolean): string[] {
  const condition = stream ? " if state is None else state" : "";
  if (learnedInitialState !== true) return [`        state = [None] * ${L}${condition}`];
  const names = initialStateNames(cell);
  const ofLayer = names.map((name) => `${name}[layer:layer + 1]`).join(", ");
  const parts = [
    `        ${names.join(", ")} = self.initial_state(x.shape[0])`,
    `        initial = [${names.length > 1 ? `(${ofLayer})` : ofLayer} for layer in range(${L})]`,
  ];
  return [...parts, `        state = initial${condition}`];
}
