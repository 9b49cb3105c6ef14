/** The part of an exported script that is the slstm cell, which PyTorch has not. */
import type { TrainingSource } from "../core/training/trainingSource";
import { slstmOptions } from "../shared/trace/networkSpec";

/** A module `SLSTM(inputs, hidden)`. */
export function slstmCell(spec: TrainingSource["spec"]): string[] {
  const { heads, forgetGate } = slstmOptions(spec);
  return [
    "class SLSTM(nn.Module):  # of xLSTM (Beck et al., 2024); g is the paper's z",
    "    def __init__(self, inputs, hidden):",
    "        super().__init__()",
    "        self.weight_ih_l0 = nn.Parameter(torch.zeros(4 * hidden, inputs))",
    `        self.weight_hh_l0 = nn.Parameter(torch.zeros(4 * hidden, hidden // ${heads}))`,
    ...(spec.bias ? ["        self.bias_ih_l0 = nn.Parameter(torch.zeros(4 * hidden))"] : []),
    "",
    "    def forward(self, x, state):  # state: h alone, or h, c, n and m, each [1, batch, hidden]",
    "        batch, hidden = x.shape[0], self.weight_ih_l0.shape[0] // 4",
    "        zeros = x.new_zeros(1, batch, hidden)",
    "        if state is None or torch.is_tensor(state):",
    "            state = (zeros if state is None else state, zeros, zeros, zeros)",
    "        h, c, n, m = (part[0] for part in state)",
    `        blocks = self.weight_hh_l0.view(4, ${heads}, -1, hidden // ${heads})  # a head reads its own units`,
    "        states = []",
    "        for t in range(x.shape[1]):",
    `            recurrent = torch.einsum("bhi,ghoi->bgho", h.view(batch, ${heads}, -1), blocks).reshape(batch, -1)`,
    `            gates = x[:, t] @ self.weight_ih_l0.T + recurrent${spec.bias ? " + self.bias_ih_l0" : ""}`,
    "            i, f, g, o = gates.chunk(4, dim=1)",
    `            kept = ${forgetGate === "sigmoid" ? "nn.functional.logsigmoid(f)" : "f"} + m`,
    "            # The scale m cancels in c / n. Where n is 0, nothing has been counted yet.",
    "            m = torch.where(n == 0, i, torch.maximum(kept, i))",
    "            keep, add = torch.exp((kept - m).clamp(max=0)), torch.exp(i - m)",
    "            c, n = keep * c + add * torch.tanh(g), keep * n + add",
    "            h = torch.sigmoid(o) * c / n",
    "            states.append(h)",
    "        return torch.stack(states, dim=1), tuple(part[None] for part in (h, c, n, m))",
    "",
    "",
  ];
}
