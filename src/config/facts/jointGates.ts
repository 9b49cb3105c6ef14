import type { ModelConfig } from "../schema/schema";

/** Whether the gates can be orthogonal jointly or one by one: the scheme draws orthogonal blocks, of several gates. */
export function hasJointChoice({ cell, init }: ModelConfig): boolean {
  return init.scheme === "orthogonal" && (cell === "lstm" || cell === "gru" || cell === "slstm");
}
