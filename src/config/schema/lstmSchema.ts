/** Keys of the model that only the lstm cell has. PyTorch's nn.LSTM has `projSize` alone, as proj_size. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";

export const LSTM_KEYS = {
  peephole: Type.Boolean({
    title: l10n.t("Peepholes"),
    description: [
      l10n.t("If true, each gate of an lstm also sees the cell state of its own unit (Gers and Schmidhuber, 2000)."),
      l10n.t("The gates i and f see the state before the step, o the state after it."),
      l10n.t("The parameter is `weight_peephole_l0`, one weight per gate and unit."),
    ].join(" "),
    default: false,
  }),
  coupledInputForget: Type.Boolean({
    title: l10n.t("Coupled input and forget gate"),
    description: [
      l10n.t("If true, the input gate of an lstm is 1 − f, and has no weights (CIFG; Greff et al., 2017)."),
      l10n.t("A unit then writes only as much as it forgets, and the cell has fewer weights."),
    ].join(" "),
    default: false,
  }),
  layerNorm: Type.Boolean({
    title: l10n.t("Layer normalization"),
    description: [
      l10n.t("If true, an lstm normalizes the products with its weights, and the cell state before the output."),
      l10n.t("As in Ba, Kiros and Hinton (2016): LN(W x) + LN(U h) + b, and h = o tanh(LN(c))."),
      l10n.t("It needs at least two hidden units. With a single input, only the sign of the input is left."),
    ].join(" "),
    default: false,
  }),
  projSize: Type.Integer({
    title: l10n.t("Projection"),
    description: [
      l10n.t("Numbers that the output of an lstm is projected to: h = W_hr (o tanh(c)); 0: no projection."),
      l10n.t(
        "PyTorch's `proj_size` (Sak et al., 2014). It must be below `hiddenSize`, the size of c and of the gates.",
      ),
      l10n.t("The next step, the next layer and the readout see these numbers alone, so the weights are smaller."),
    ].join(" "),
    minimum: 0,
    maximum: 4096,
    default: 0,
  }),
};
