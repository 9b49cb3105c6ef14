/**
 * What can run, but hardly is what its writer means: values that are cut, and values that do nothing. Said before the
 * run.
 */
import * as l10n from "@vscode/l10n";
import { hasRecurrentWeights, isMinimalCell } from "../../shared/trace/cells";
import { findNodeAtLocation, getNodeValue } from "jsonc-parser";
import { datasetShape } from "../facts/datasetShape";
import { hasBothDirections } from "../facts/directions";
import { hasValidationFile } from "../facts/earlyStopping";
import { hasKernel } from "../facts/engineChoice";
import { FORGET_BIAS_PATH, hasForgetBias, keepsByGate } from "../facts/forgetBias";
import { hasJointChoice } from "../facts/jointGates";
import { hasRing } from "../facts/ringStart";
import { knownLength } from "../facts/sequenceLengths";
import { validationInterval } from "../facts/validationInterval";
import { forecastMetrics } from "../facts/metricsForecast";
import { isPlainObject, schemaAt, type JsonPath } from "../schema/jsonSchema";
import { LEAKY_KEYS } from "../schema/leakySchema";
import { LSTM_KEYS } from "../schema/lstmSchema";
import { experimentSchema } from "../schema/fileSchema";
import type { Problem, ProblemCode } from "../schema/problem";
import type { Experiment } from "../schema/schema";
import { sweepVariants } from "./sweepVariants";
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
  const add = (advice: Advice, severity: "warning" | "information" | "hint"): void => {
    const node = findNodeAtLocation(root, [...advice.path]);
    if (node === undefined) return;
    // What does nothing fades as a whole, its key included.
    const { offset, length } = severity === "hint" ? (node.parent ?? node) : node;
    problems.push({ ...advice, layer: "meaning", severity, range: { offset, length } });
  };
  for (const advice of warnings(experiment)) add(advice, "warning");
  const forecast = forecastMetrics(experiment);
  if (forecast !== null) add({ code: "large-recording", ...forecast }, "information");
  const isSwept = sweptEffect(getNodeValue(root), experiment);
  for (const { path, reason } of ineffectiveValues(experiment)) {
    if (!isDefault(experiment, path) && !isSwept(path))
      add({ code: "no-effect", path, message: l10n.t("{0} has no effect: {1}", path.join("."), reason) }, "hint");
  }
  return problems.sort((a, b) => a.range.offset - b.range.offset);
}

/** Whether a value that does nothing in the experiment itself does something in a trial of its sweep. */
function sweptEffect(file: unknown, { sweep, seed }: Experiment): (path: readonly string[]) => boolean {
  let idle: (readonly string[])[] | null = null;
  return (path) => {
    if (sweep === null || !isPlainObject(file)) return false;
    idle ??= [...sweepVariants(file, sweep, seed)].flatMap(({ result: { experiment: trial } }) =>
      trial === null ? [] : [ineffectiveValues(trial).map(({ path: at }) => at.join("."))],
    );
    return idle.some((paths) => !paths.includes(path.join(".")));
  };
}

function warnings(experiment: Experiment): Advice[] {
  const { task, model, training } = experiment;
  const data = datasetShape(task, training.validation.share);
  const found: Advice[] = shortPatience(training, validationInterval(training, data));
  const steps = data?.timeSteps ?? knownLength(task);
  if (steps !== null && training.truncate >= steps) {
    const message =
      steps === 1
        ? l10n.t(
            "training.truncate is {0}, but sequences have 1 step, so nothing is truncated. Use 0 to turn truncation off.",
            training.truncate,
          )
        : l10n.t(
            "training.truncate is {0}, but sequences have {1} steps, so nothing is truncated. Use a value below {1}, or 0 to turn truncation off.",
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
        "training.validation.share is {0}, but there is only one sequence and training needs it, so the validation set is empty. Increase task.sequences or remove the share.",
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
        '{0} hidden units of the linear cell are equivalent to one: with model.init.scheme "auto" they all start with the same weights, and a sum of linear units is linear. Together they multiply the gradient by {1} at each step back. Use one hidden unit or the rnn cell.',
        hiddenSize,
        `${hiddenSize} × ${weight} = ${hiddenSize * weight}`,
      ),
    });
  }
  return found;
}

function shortPatience({ stop }: Experiment["training"], interval: number): Advice[] {
  if (stop === null || stop.patience >= interval) return [];
  return [
    {
      code: "patience-too-short",
      path: ["training", "stop", "patience"],
      message: l10n.t(
        "training.stop.patience is {0}, but the validation loss is computed every {1} iterations, so training stops the first time that it is not a new minimum. Use several times {1}.",
        stop.patience,
        interval,
      ),
    },
  ];
}

function describeLargeBatch(
  batchSize: number,
  { sequences, trainingSequences }: { readonly sequences: number; readonly trainingSequences: number },
): string {
  const held = sequences - trainingSequences;
  if (trainingSequences === 1) {
    return held > 0
      ? l10n.t(
          'training.batchSize is {0}, but only 1 of {2} sequences is for training ({1} for validation), so each batch contains just that one. Use "full".',
          batchSize,
          held,
          sequences,
        )
      : l10n.t(
          'training.batchSize is {0}, but there is only one training sequence, so each batch contains just that one. Use "full".',
          batchSize,
        );
  }
  return held > 0
    ? l10n.t(
        'training.batchSize is {0}, but only {1} of {3} sequences are for training ({2} for validation), so each batch contains all {1}. Use a smaller batch size, or "full".',
        batchSize,
        trainingSequences,
        held,
        sequences,
      )
    : l10n.t(
        'training.batchSize is {0}, but there are only {1} training sequences, so each batch contains all of them. Use a smaller batch size, or "full".',
        batchSize,
        trainingSequences,
      );
}

/** A value that does nothing while it is idle, and why. */
type Candidate = readonly [isIdle: boolean, path: readonly string[], reason: string];

/** Values that another value switches off. */
function ineffectiveValues({
  task,
  model,
  training,
  engine,
}: Experiment): { readonly path: readonly string[]; readonly reason: string }[] {
  const candidates = [
    ...modelCandidates(model),
    ...diagonalCandidates(model),
    ...directionCandidates(model),
    ...lstmCandidates(model),
    engineCandidate(model, engine),
    ...trainingCandidates(training, task),
    accumulateCandidate(model, training),
    streamCandidate(task, training),
  ];
  return candidates.filter(([isIdle]) => isIdle).map(([, path, reason]) => ({ path, reason }));
}

function modelCandidates(model: Experiment["model"]): Candidate[] {
  const { cell, init, numLayers } = model;
  const isGated = keepsByGate(cell);
  const drawn = init.file === "";
  const weightReason = l10n.t(
    'it is used only by the linear cell with the scheme "auto" and no weights file. To set the weights of any cell, use model.init.values.',
  );
  return [
    [
      cell !== "rnn" && cell !== "ctrnn",
      ["model", "nonlinearity"],
      cell === "linear" || cell === "lru"
        ? l10n.t("it is used only by the rnn and ctrnn cells, and the {0} cell has no nonlinearity.", cell)
        : l10n.t("it is used only by the rnn and ctrnn cells, and the {0} cell has fixed nonlinearities.", cell),
    ],
    ...leakyCandidates(model),
    [
      !isMinimalCell(cell),
      ["model", "variant"],
      l10n.t("it is used only by the cells mingru and minlstm, and the cell is {0}.", cell),
    ],
    ...slstmCandidates(model),
    [
      numLayers === 1,
      ["model", "dropout"],
      l10n.t("dropout is applied between layers, and there is only one. Increase model.numLayers to use it."),
    ],
    [cell !== "linear" || init.scheme !== "auto" || !drawn, ["model", "init", "weight_ih_l0"], weightReason],
    [cell !== "linear" || init.scheme !== "auto" || !drawn, ["model", "init", "weight_hh_l0"], weightReason],
    [
      !drawn || !hasRecurrentWeights(cell) || (init.scheme !== "orthogonal" && init.scheme !== "identity"),
      ["model", "init", "gain"],
      hasRecurrentWeights(cell)
        ? l10n.t('it is used only by the schemes "orthogonal" and "identity".')
        : l10n.t("it scales recurrent weights, and the {0} cell has none.", cell),
    ],
    [
      !drawn || !hasJointChoice(model),
      ["model", "init", "orthogonal"],
      l10n.t('it is used only by the scheme "orthogonal" and a cell with several gates.'),
    ],
    [
      !drawn || init.scheme !== "constant",
      ["model", "init", "constant"],
      l10n.t('it is used only by the scheme "constant".'),
    ],
    [
      !isGated,
      FORGET_BIAS_PATH,
      hasRing(cell)
        ? l10n.t("how long the {0} cell keeps its state is set by model.init.rMin and model.init.rMax.", cell)
        : l10n.t(
            "the {0} cell has no gate that keeps its state; only lstm, gru, mingru, minlstm and slstm have one.",
            cell,
          ),
    ],
    [isGated && !hasForgetBias(model), FORGET_BIAS_PATH, l10n.t("model.bias is {0}, so no gate has a bias.", "false")],
    [hasForgetBias(model) && !drawn, FORGET_BIAS_PATH, l10n.t("the biases are those of the weights file.")],
  ];
}

/** The keys of lru and rglru. */
function diagonalCandidates({ cell, init }: Experiment["model"]): Candidate[] {
  const isDrawn = init.file === "" && init.scheme !== "constant";
  const onlyFor = (isUsed: boolean, path: readonly string[], cells: string): Candidate => [
    !isUsed,
    path,
    l10n.t("it is used only by the cell {0}, and the cell is {1}.", cells, cell),
  ];
  const ring = hasRing(cell)
    ? l10n.t("the factors are those of model.init.file or of the scheme {0}.", '"constant"')
    : l10n.t("it is used only by the cells lru and rglru, and the cell is {0}.", cell);
  return [
    [
      cell !== "rglru" && cell !== "slstm",
      ["model", "heads"],
      l10n.t("it is used only by the cells rglru and slstm, and the cell is {0}.", cell),
    ],
    ...["rMin", "rMax"].map((key): Candidate => [!hasRing(cell) || !isDrawn, ["model", "init", key], ring]),
    onlyFor(cell === "lru", ["model", "init", "maxPhase"], "lru"),
  ];
}

function engineCandidate(model: Experiment["model"], engine: Experiment["engine"]): Candidate {
  return [
    engine === "float32" && !hasKernel(model),
    ["engine"],
    l10n.t("an lstm with model.{0} is always computed in 64-bit floats.", "projSize"),
  ];
}

function directionCandidates(model: Experiment["model"]): Candidate[] {
  return [
    [
      !hasBothDirections(model),
      ["model", "bidirectional"],
      model.cell === "lstm"
        ? l10n.t("an lstm with model.{0} reads in one direction.", usedLstmKey({ ...model, projSize: 0 }))
        : l10n.t("it is used only by the cells rnn, lstm and gru, and the cell is {0}.", model.cell),
    ],
  ];
}

/** Of an lstm that has any. */
function usedLstmKey(model: Experiment["model"]): string {
  return Object.keys(LSTM_KEYS).find((key) => model[key as keyof typeof LSTM_KEYS]) ?? "";
}

function leakyCandidates({ cell, dale }: Experiment["model"]): Candidate[] {
  const reason = l10n.t('it is used only by the cell "ctrnn".');
  return [
    ...Object.keys(LEAKY_KEYS).map((key): Candidate => [cell !== "ctrnn", ["model", key], reason]),
    [cell === "ctrnn" && !dale, ["model", "excitatory"], l10n.t("model.dale is {0}, so units have no sign.", "false")],
  ];
}

function lstmCandidates({ cell }: Experiment["model"]): Candidate[] {
  const reason = l10n.t("it is used only by the lstm cell, and the cell is {0}.", cell);
  return Object.keys(LSTM_KEYS).map((key): Candidate => [cell !== "lstm", ["model", key], reason]);
}

function slstmCandidates({ cell }: Experiment["model"]): Candidate[] {
  return [
    [
      cell !== "slstm",
      ["model", "forgetGate"],
      l10n.t("it is used only by the slstm cell; the {0} cell has no such choice.", cell),
    ],
  ];
}

function trainingCandidates(
  { optimizer, loss, epochs, validation }: Experiment["training"],
  task: Experiment["task"],
): Candidate[] {
  const hasOwnFile = hasValidationFile(task);
  const isRprop = optimizer.kind === "rprop" || optimizer.kind === "rprop-pytorch";
  return [
    [isRprop, ["training", "schedule"], l10n.t("rprop has no learning rate; it adapts a step size for each weight.")],
    [
      isRprop,
      ["training", "clip"],
      l10n.t("rprop uses only the sign of the gradient, which clipping does not change."),
    ],
    [loss !== "huber", ["training", "delta"], l10n.t('it is used only by the loss "huber".')],
    [epochs > 0, ["training", "iterations"], l10n.t("training.epochs is {0} and takes precedence.", epochs)],
    [
      hasOwnFile,
      ["training", "validation", "share"],
      task.kind === "csv"
        ? l10n.t("task.split says which files are for validation.")
        : l10n.t("task.validation names the validation sequences."),
    ],
    [
      validation.share === 0 && !hasOwnFile,
      ["training", "validation", "every"],
      l10n.t("training.validation.share is 0, so there is no validation set."),
    ],
  ];
}

function accumulateCandidate(
  { dropout, numLayers }: Experiment["model"],
  { batchSize }: Experiment["training"],
): Candidate {
  return [
    batchSize === "full" && (dropout === 0 || numLayers === 1),
    ["training", "accumulate"],
    l10n.t('with the batch size "full", all batches are the same, and so is the mean of their gradients.'),
  ];
}

function streamCandidate(task: Experiment["task"], { batchSize }: Experiment["training"]): Candidate {
  return [
    task.kind === "text" && batchSize === "full",
    ["task", "stream"],
    l10n.t('with the batch size "full", each window starts from a zero state.'),
  ];
}

/** As it is when it is left out: nothing to clean up. */
function isDefault(experiment: Experiment, path: JsonPath): boolean {
  const value = path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key],
    experiment,
  );
  return JSON.stringify(value) === JSON.stringify(schemaAt(experimentSchema, path, experiment)?.default);
}
