/** The leaky cell, ctrnn: its numbers, and what of the model's keys does not go together. */
import * as l10n from "@vscode/l10n";
import type { CtrnnSpec } from "../../shared/trace/ctrnnSpec";
import { describeValue } from "../../lib/outsideText";
import type { Experiment, ModelConfig } from "../schema/schema";
import { findLstmMisfit } from "./lstmModel";

/** The nonlinearities of PyTorch's nn.RNN. */
export function isRnnNonlinearity(name: ModelConfig["nonlinearity"]): name is "tanh" | "relu" {
  return name === "tanh" || name === "relu";
}

export function ctrnnSpec({ model, seed }: Pick<Experiment, "model" | "seed">): CtrnnSpec {
  const { form, nonlinearity, dt, tau, learnedTau, noise, inputNoise, rateL2, weightL2 } = model;
  return {
    form,
    nonlinearity,
    alpha: dt / tau,
    learnedTau,
    noise,
    inputNoise,
    connections: {
      excitatory: model.dale ? Math.round(model.excitatory * model.hiddenSize) : null,
      connectivity: model.connectivity,
      seed,
    },
    rateL2,
    weightL2,
  };
}

interface Misfit {
  /** The value to change. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Null where the model's keys go together. */
export function findModelMisfit(model: ModelConfig): Misfit | null {
  if (model.cell === "rnn" && !isRnnNonlinearity(model.nonlinearity))
    return {
      path: ["model", "nonlinearity"],
      message: l10n.t(
        'The rnn cell has no nonlinearity {0}. Use "tanh" or "relu", or set model.cell to "ctrnn".',
        describeValue(model.nonlinearity),
      ),
    };
  if (model.cell === "lstm") return findLstmMisfit(model);
  return model.cell === "ctrnn" ? (findTimeMisfit(model) ?? findMaskMisfit(model)) : null;
}

function findTimeMisfit({ dt, tau, learnedTau }: ModelConfig): Misfit | null {
  if (dt > tau)
    return {
      path: ["model", "dt"],
      message: l10n.t(
        "model.dt is {0} ms, longer than the time constant model.tau, which is {1} ms. Use {1} or less.",
        dt,
        tau,
      ),
    };
  if (!learnedTau || dt < tau) return null;
  return {
    path: ["model", "tau"],
    message: l10n.t(
      "A learned time constant starts above model.dt, {0} ms. Increase model.tau, or use model.learnedTau {1}.",
      dt,
      "false",
    ),
  };
}

function findMaskMisfit({ connectivity, hiddenSize }: ModelConfig): Misfit | null {
  if (typeof connectivity === "number") return null;
  const odd = connectivity.find((row) => row.length !== hiddenSize);
  if (connectivity.length === hiddenSize && odd === undefined) return null;
  const message =
    connectivity.length === hiddenSize
      ? l10n.t(
          "A row of model.connectivity has {0} entries; with model.hiddenSize {1} it needs {1}, one per sending unit.",
          odd?.length ?? 0,
          hiddenSize,
        )
      : l10n.t(
          "model.connectivity has {0} rows; with model.hiddenSize {1} it needs {1}, one per receiving unit.",
          connectivity.length,
          hiddenSize,
        );
  return { path: ["model", "connectivity"], message };
}
