/**
 * What can run, but hardly is what its writer means: values that are cut, and values that do nothing. Said before the
 * run.
 */
import * as l10n from "@vscode/l10n";
import { findNodeAtLocation } from "jsonc-parser";
import { datasetShape } from "../facts/memoryEstimate";
import { schemaAt, type JsonPath } from "../schema/jsonSchema";
import { experimentSchema } from "../schema/fileSchema";
import type { Problem, ProblemCode } from "../schema/problem";
import type { Experiment } from "../schema/schema";
import { readTree } from "./syntax";

interface Advice {
  readonly code: ProblemCode;
  readonly path: readonly string[];
  readonly message: string;
}

/** In the order of the text; only about values that stand in it. */
export function lintExperiment(text: string, experiment: Experiment): Problem[] {
  const { root } = readTree(text);
  if (root === null) return [];
  const problems: Problem[] = [];
  const add = (advice: Advice, severity: "warning" | "hint"): void => {
    const node = findNodeAtLocation(root, [...advice.path]);
    if (node === undefined) return;
    // What does nothing fades as a whole, its key included.
    const { offset, length } = severity === "hint" ? (node.parent ?? node) : node;
    problems.push({ ...advice, layer: "meaning", severity, range: { offset, length } });
  };
  for (const advice of warnings(experiment)) add(advice, "warning");
  for (const { path, reason } of ineffectiveValues(experiment)) {
    if (!isDefault(experiment, path))
      add({ code: "no-effect", path, message: l10n.t("{0} has no effect here: {1}", path.join("."), reason) }, "hint");
  }
  return problems.sort((a, b) => a.range.offset - b.range.offset);
}

function warnings(experiment: Experiment): Advice[] {
  const { task, model, training } = experiment;
  const data = datasetShape(task, training.validation.share);
  const found: Advice[] = [];
  const steps = data === null && "length" in task ? task.length : data?.timeSteps;
  if (steps !== undefined && training.truncate >= steps) {
    const message =
      steps === 1
        ? l10n.t(
            "training.truncate is {0}, but the sequences have 1 step: nothing is truncated. Choose less than 1, or 0 to say that all is meant.",
            training.truncate,
          )
        : l10n.t(
            "training.truncate is {0}, but the sequences have {1} steps: nothing is truncated. Choose less than {1}, or 0 to say that all is meant.",
            training.truncate,
            steps,
          );
    found.push({ code: "truncation-too-long", path: ["training", "truncate"], message });
  }
  if (data !== null && training.validation.share > 0 && data.trainingSequences === data.sequences) {
    found.push({
      code: "nothing-held-out",
      path: ["training", "validation", "share"],
      message: l10n.t(
        "There is one sequence, and it is needed for training: training.validation.share {0} holds out none. Raise task.sequences, or remove the share.",
        training.validation.share,
      ),
    });
  }
  const { batchSize } = training;
  if (data !== null && batchSize !== "full" && batchSize > data.trainingSequences) {
    found.push({
      code: "batch-too-large",
      path: ["training", "batchSize"],
      message: describeLargeBatch(batchSize, data),
    });
  }
  if (
    model.cell === "linear" &&
    model.hiddenSize > 1 &&
    model.init.scheme === "auto" &&
    model.init.file === "" &&
    Object.keys(model.init.values).length === 0
  ) {
    const {
      hiddenSize,
      init: { weight_hh_l0: weight },
    } = model;
    found.push({
      code: "units-without-effect",
      path: ["model", "hiddenSize"],
      message: l10n.t(
        '{0} units of the linear cell do what one does: with model.init.scheme "auto" they all start alike, and a sum of linear units is linear. Together they multiply the gradient by {1} at each step back. Use one unit, or an rnn cell.',
        hiddenSize,
        `${hiddenSize} × ${weight} = ${hiddenSize * weight}`,
      ),
    });
  }
  return found;
}

function describeLargeBatch(
  batchSize: number,
  { sequences, trainingSequences }: { readonly sequences: number; readonly trainingSequences: number },
): string {
  const held = sequences - trainingSequences;
  if (trainingSequences === 1) {
    return held > 0
      ? l10n.t(
          'training.batchSize is {0}, but one sequence is for training ({1} of {2} are held out): every batch is all of them. Choose fewer, or "full".',
          batchSize,
          held,
          sequences,
        )
      : l10n.t(
          'training.batchSize is {0}, but one sequence is for training: every batch is all of them. Choose fewer, or "full".',
          batchSize,
        );
  }
  return held > 0
    ? l10n.t(
        'training.batchSize is {0}, but {1} sequences are for training ({2} of {3} are held out): every batch is all of them. Choose fewer, or "full".',
        batchSize,
        trainingSequences,
        held,
        sequences,
      )
    : l10n.t(
        'training.batchSize is {0}, but {1} sequences are for training: every batch is all of them. Choose fewer, or "full".',
        batchSize,
        trainingSequences,
      );
}

/** Values that another value switches off. */
function ineffectiveValues({
  task,
  model,
  training,
}: Experiment): { readonly path: readonly string[]; readonly reason: string }[] {
  const { cell, init } = model;
  const { optimizer } = training;
  const isRprop = optimizer.kind === "rprop" || optimizer.kind === "rprop-pytorch";
  const drawn = init.file === "";
  const weightReason = l10n.t(
    'it is for the linear cell with the scheme "auto" and no weights file. model.init.values sets the weights of any cell.',
  );
  const candidates: readonly (readonly [isIdle: boolean, path: readonly string[], reason: string])[] = [
    [
      cell !== "rnn",
      ["model", "nonlinearity"],
      cell === "linear"
        ? l10n.t("it is for the rnn cell, and {0} has none.", cell)
        : l10n.t("it is for the rnn cell, and {0} has its own.", cell),
    ],
    [
      model.numLayers === 1,
      ["model", "dropout"],
      l10n.t("it acts between layers, and there is one. Raise model.numLayers to use it."),
    ],
    [cell !== "linear" || init.scheme !== "auto" || !drawn, ["model", "init", "weight_ih_l0"], weightReason],
    [cell !== "linear" || init.scheme !== "auto" || !drawn, ["model", "init", "weight_hh_l0"], weightReason],
    [
      !drawn || (init.scheme !== "orthogonal" && init.scheme !== "identity"),
      ["model", "init", "gain"],
      l10n.t('it is for the schemes "orthogonal" and "identity".'),
    ],
    [!drawn || init.scheme !== "constant", ["model", "init", "constant"], l10n.t('it is for the scheme "constant".')],
    [
      cell !== "lstm",
      ["model", "init", "forgetBias"],
      l10n.t("{0} has no forget gate with a bias of its own; lstm has.", cell),
    ],
    [isRprop, ["training", "schedule"], l10n.t("rprop has no learning rate; its steps adapt by themselves.")],
    [isRprop, ["training", "clip"], l10n.t("rprop looks at the signs of the gradient alone, which clipping keeps.")],
    [
      training.epochs > 0,
      ["training", "iterations"],
      l10n.t("training.epochs is {0} and counts instead.", training.epochs),
    ],
    [
      training.validation.share === 0,
      ["training", "validation", "every"],
      l10n.t("training.validation.share is 0, so nothing is validated."),
    ],
    [
      task.kind === "text" && training.batchSize === "full",
      ["task", "stream"],
      l10n.t('with the batch size "full" every window starts from a state of zeros.'),
    ],
  ];
  return candidates.filter(([isIdle]) => isIdle).map(([, path, reason]) => ({ path, reason }));
}

/** As it is when it is left out: nothing to clean up. */
function isDefault(experiment: Experiment, path: JsonPath): boolean {
  const value = path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key],
    experiment,
  );
  return JSON.stringify(value) === JSON.stringify(schemaAt(experimentSchema, path, experiment)?.default);
}
