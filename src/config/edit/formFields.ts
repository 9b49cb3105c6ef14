/** The main hyperparameters of an experiment as controls, built from the schema. */
import * as l10n from "@vscode/l10n";
import { isBidirectional } from "../facts/directions";
import { isMinimalCell } from "../../shared/trace/cells";
import type { FormField, FormInput, FormOption, FormValue } from "../../shared/wire/formField";
import { showConfigValue } from "../compare/changes";
import { fieldGroup } from "../schema/fieldGroups";
import { experimentSchema } from "../schema/fileSchema";
import { LEAKY_KEYS } from "../schema/leakySchema";
import { LSTM_KEYS } from "../schema/lstmSchema";
import { plainText } from "../schema/plainText";
import { numericBranch, isPlainObject, schemaAt, selectBranch, type JsonSchema } from "../schema/jsonSchema";
import { describeRange } from "../schema/ranges";
import { hasValidationFile } from "../facts/earlyStopping";
import { hasForgetBias } from "../facts/forgetBias";
import { hasJointChoice } from "../facts/jointGates";
import { findDiagonalMisfit, hasRing } from "../facts/ringStart";
import { isRnnNonlinearity } from "../facts/leakyModel";
import { isTrialTask } from "../facts/trialTasks";
import type { Experiment } from "../schema/schema";

/**
 * In the order of the file, but what stands beside its groups comes last. A key that the chosen task, cell or optimizer
 * has not is left out. Each value that a fix writes is among them.
 */
const FORM_FIELDS: readonly string[] = [
  "task.kind",
  "task.sequences",
  "task.bits",
  "task.length",
  "task.stimulus",
  "task.delay",
  "model.cell",
  "model.nonlinearity",
  ...Object.keys(LEAKY_KEYS).map((key) => `model.${key}`),
  "model.variant",
  "model.hiddenSize",
  "model.numLayers",
  "model.dropout",
  "model.heads",
  "model.bidirectional",
  "model.learnedInitialState",
  "model.init.scheme",
  "model.init.weight_ih_l0",
  "model.init.weight_hh_l0",
  "model.init.gain",
  "model.init.orthogonal",
  "model.init.forgetBias",
  "model.init.rMin",
  "model.init.rMax",
  "model.init.maxPhase",
  "model.init.values",
  "training.optimizer.kind",
  "training.optimizer.learningRate",
  "training.optimizer.momentum",
  "training.optimizer.weightDecay",
  "training.optimizer.etaPlus",
  "training.optimizer.etaMinus",
  "training.optimizer.initialStep",
  "training.schedule.kind",
  "training.schedule.factor",
  "training.schedule.patience",
  "training.schedule.minimum",
  "training.delta",
  "training.classWeights",
  "training.iterations",
  "training.batchSize",
  "training.accumulate",
  "training.clip",
  "training.clip.norm",
  "training.clip.value",
  "training.truncate",
  "training.stop",
  "training.stop.patience",
  "seed",
  "engine",
];

/** What a person would try. The schema's limits are wider: they only keep out what cannot be. */
const SLIDER_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  learningRate: [1e-5, 1],
  momentum: [0, 0.99],
  weightDecay: [0, 0.1],
  etaPlus: [1, 2],
  etaMinus: [0.1, 0.9],
  initialStep: [1e-6, 1],
  norm: [0.01, 100],
  value: [0.01, 100],
  iterations: [10, 20_000],
  patience: [10, 5000],
  delta: [0.01, 10],
  factor: [0.1, 0.9],
  accumulate: [1, 64],
  minimum: [0, 0.01],
  truncate: [0, 100],
  hiddenSize: [1, 256],
  projSize: [0, 256],
  numLayers: [1, 4],
  dropout: [0, 0.9],
  dt: [1, 100],
  tau: [10, 1000],
  noise: [0, 1],
  inputNoise: [0, 1],
  rateL2: [0, 1],
  weightL2: [0, 1],
  weight_ih_l0: [-3, 3],
  weight_hh_l0: [-3, 3],
  gain: [0, 2],
  maxPhase: [0.01, 6.283185307179586],
  sequences: [1, 5000],
  length: [1, 200],
  delay: [1, 200],
  period: [100, 5000],
  bits: [1, 16],
  seed: [0, 20],
};
const BY_MAGNITUDE: ReadonlySet<string> = new Set([
  "learningRate",
  "initialStep",
  "norm",
  "value",
  "iterations",
  "patience",
  "delta",
  "accumulate",
  "hiddenSize",
  "sequences",
  "length",
  "delay",
]);
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const INTERVALS = [1, 10, 100];
const FORGET_BIASES = [-2, -1, 0, 1, 2, 3, 4, 5];
const RADII = [0, 0.5, 0.9, 0.99, 0.999, 1];

const known = new WeakMap<Experiment, readonly FormField[]>();

/** Made once for each experiment. */
export function listFormFields(experiment: Experiment): readonly FormField[] {
  const fields = known.get(experiment) ?? FORM_FIELDS.flatMap((key) => createField(experiment, key.split(".")) ?? []);
  known.set(experiment, fields);
  return fields;
}

function createField(experiment: Experiment, path: readonly string[]): FormField | null {
  const schema = schemaAt(experimentSchema, path, experiment);
  const value = path.reduce<unknown>((at, key) => (isPlainObject(at) ? at[key] : undefined), experiment);
  if (schema === undefined || value === undefined || isWithoutEffect(experiment, path)) return null;
  const key = path.at(-1) ?? "";
  const parent = schemaAt(experimentSchema, path.slice(0, -1), experiment);
  const union = key === "kind" ? schemaAt(experimentSchema, path.slice(0, -1)) : undefined;
  const standard = union !== undefined && isPlainObject(union.default) ? union.default[key] : schema.default;
  const isPeriod = isTrialTask(experiment.task) && (key === "stimulus" || key === "delay");
  const input =
    union === undefined
      ? fittingInput(inputOf(choicesOf(schema, key, experiment), isPeriod ? "period" : key, value), key, experiment)
      : kindsOf(union, value);
  if (input === null) return null;
  return {
    path,
    input,
    group: fieldGroup(path),
    label: labelOf(path, schema),
    description: plainText(union?.description ?? schema.description ?? ""),
    range:
      union === undefined
        ? describeRange(schema)
        : l10n.t("one of {0} options", input.kind === "choice" ? input.options.length : 0),
    value: key === "values" ? describeValues(value) : Array.isArray(value) ? value.join(", ") : (value as FormValue),
    defaultValue:
      standard === undefined || parent === undefined
        ? null
        : key === "values"
          ? l10n.t("none")
          : showConfigValue(standard),
    isDefault: JSON.stringify(value) === JSON.stringify(standard),
  };
}

/** The schema with the choices that the experiment has. */
function choicesOf(schema: JsonSchema, key: string, { model }: Experiment): JsonSchema {
  if (key !== "nonlinearity" || model.cell !== "rnn") return schema;
  return { ...schema, enum: schema.enum?.filter((name) => isRnnNonlinearity(name as typeof model.nonlinearity)) ?? [] };
}

/** Without values that another value of the file rules out; the present value stays in any case. */
function fittingInput(input: FormInput | null, key: string, { task, model, training }: Experiment): FormInput | null {
  if (input?.kind === "choice" && (key === "rMin" || key === "rMax")) {
    const fits = ({ value }: FormOption): boolean =>
      value === model.init[key] || findDiagonalMisfit({ ...model, init: { ...model.init, [key]: value } }) === null;
    return { ...input, options: input.options.filter(fits) };
  }
  if (input?.kind !== "number") return input;
  const { from, to } = input;
  if (key === "tau") return { ...input, from: Math.max(from, model.dt) };
  if (key === "dt") return { ...input, to: Math.min(to, model.tau) };
  if (key === "projSize") return { ...input, to: Math.min(to, model.hiddenSize - 1) };
  if (key === "hiddenSize" && model.cell === "lstm") return { ...input, from: Math.max(from, model.projSize + 1) };
  const hasValidation = training.validation.share > 0 && !hasValidationFile(task);
  if (key === "sequences" && hasValidation) return { ...input, from: Math.max(from, 2) };
  return input;
}

/** Values that another value switches off, that need a validation set where there is none, or that few change. */
function isWithoutEffect({ task, model, training }: Experiment, path: readonly string[]): boolean {
  const key = path.at(-1);
  if (path[1] === "stop") return training.validation.share === 0 && training.stop === null && !hasValidationFile(task);
  if (key === "weight_ih_l0" || key === "weight_hh_l0") return model.cell !== "linear" || model.init.scheme !== "auto";
  if (key === "gain") return model.init.scheme !== "orthogonal" && model.init.scheme !== "identity";
  if (key === "orthogonal") return !hasJointChoice(model);
  if (key === "values") return Object.keys(model.init.values).length === 0;
  if (key === "nonlinearity") return model.cell !== "rnn" && model.cell !== "ctrnn";
  if (key === "excitatory" && !model.dale) return true;
  if (path[0] === "model" && key !== undefined && key in LEAKY_KEYS) return model.cell !== "ctrnn";
  if (key === "projSize" && model.hiddenSize === 1) return true;
  if (path[0] === "model" && key !== undefined && key in LSTM_KEYS) return model.cell !== "lstm";
  if (key === "variant") return !isMinimalCell(model.cell);
  if (key === "heads") return (model.cell !== "rglru" && model.cell !== "slstm") || model.heads === 1;
  if (key === "rMin" || key === "rMax") return !hasRing(model.cell);
  if (key === "maxPhase") return model.cell !== "lru";
  if (key === "learnedInitialState") return !model.learnedInitialState;
  if (key === "bidirectional") return !isBidirectional(model);
  if (key === "delta") return training.loss !== "huber";
  if (key === "classWeights") return training.classWeights === null && !hasOwnLabels(task, training.loss);
  if (key === "accumulate") return training.accumulate === 1;
  if (path[1] === "schedule" && key !== "kind") return training.schedule.kind !== "reduce-on-plateau";
  if (key === "forgetBias") return !hasForgetBias(model);
  return key === "dropout" && model.numLayers < 2;
}

/** Whether the targets of a file are known to be classes or bits, of which some may be rare. */
function hasOwnLabels(task: Experiment["task"], loss: Experiment["training"]["loss"]): boolean {
  if (task.kind !== "csv" && task.kind !== "arrays") return false;
  const isWeighed = loss === "cross-entropy" || loss === "bce-with-logits";
  return isWeighed || (loss === "auto" && (task.targetKind === "classes" || task.targetKind === "bits"));
}

function labelOf(path: readonly string[], schema: JsonSchema): string {
  return schema.title ?? path.at(-1) ?? "";
}

function inputOf(schema: JsonSchema, key: string, value: unknown): FormInput | null {
  if (schema.enum !== undefined)
    return {
      kind: "choice",
      options: schema.enum.map((option, i) => ({
        value: option as FormValue,
        label: String(option),
        description: plainText(schema.enumDescriptions?.[i] ?? ""),
      })),
    };
  if (schema.type === "boolean")
    return {
      kind: "choice",
      options: [true, false].map((option) => ({ value: option, label: String(option), description: "" })),
    };
  if ((schema.type === "number" || schema.type === "integer") && typeof value === "number")
    return numberInput(schema, key, value);
  if (key === "values")
    return {
      kind: "choice",
      options: [
        {
          value: describeValues(value),
          label: describeValues(value),
          description: plainText(schema.description ?? ""),
        },
        { value: {}, label: l10n.t("none"), description: "" },
      ],
    };
  if (key === "clip" || key === "stop") return { kind: "choice", options: offOrOptions(schema, value) };
  if (key === "batchSize") return { kind: "choice", options: batchOptions(value) };
  if (key === "every" && value === "auto") return { kind: "choice", options: intervalOptions(schema) };
  if (key === "classWeights") return { kind: "choice", options: weightOptions(schema, value) };
  if (key === "forgetBias") return { kind: "choice", options: numberOrWord(schema, FORGET_BIASES, "chrono", value) };
  if (key === "rMin" || key === "rMax") return { kind: "choice", options: numberOrWord(schema, RADII, "auto", value) };
  const number = numericBranch(schema);
  return number !== undefined && number !== schema && typeof value === "number"
    ? numberInput(number, key, value)
    : null;
}

function numberInput(
  { type, minimum = -Infinity, maximum = Infinity }: JsonSchema,
  key: string,
  value: number,
): FormInput {
  const [low, high] = SLIDER_RANGES[key] ?? [minimum, maximum];
  const from = Math.max(minimum, Math.min(low, value));
  const to = Math.min(maximum, Math.max(high, value));
  return {
    kind: "number",
    scale: BY_MAGNITUDE.has(key) && from > 0 ? "log" : "linear",
    from,
    to,
    whole: type === "integer",
  };
}

/** Tasks that read a file are offered only where one is chosen already: a file has to be named first. */
function kindsOf(union: JsonSchema, value: unknown): FormInput {
  const branches = (union.anyOf ?? []).filter(
    (branch) => branch.properties?.["kind"]?.const === value || branch.properties?.["file"] === undefined,
  );
  return {
    kind: "choice",
    options: branches.map((branch) => ({
      value: branch.properties?.["kind"]?.const as FormValue,
      label: String(branch.properties?.["kind"]?.const),
      description: plainText(branch.description ?? ""),
    })),
  };
}

/** Of a union of null and objects with one number each. */
function offOrOptions(schema: JsonSchema, value: unknown): FormOption[] {
  const present = selectBranch(schema, value);
  return (schema.anyOf ?? []).map((branch) => {
    const [key, property] = Object.entries(branch.properties ?? {})[0] ?? [];
    const example = Number(property?.examples?.[0] ?? 1);
    const option: FormValue = branch === present ? (value as FormValue) : key === undefined ? null : { [key]: example };
    return {
      value: option,
      label: key === undefined ? l10n.t("off") : key === "patience" ? l10n.t("on") : l10n.t("by {0}", key),
      description: plainText(branch.description ?? ""),
    };
  });
}

/** Tensors are too large for a control, which can only remove them: "weight_hh_l0, bias_ih_l0" stands for them. */
function describeValues(values: unknown): string {
  return isPlainObject(values) ? Object.keys(values).join(", ") : "";
}

/** The numbers of a choice, in order, with the present one among them. */
function withPresent(numbers: readonly number[], value: unknown): readonly number[] {
  return typeof value === "number" && !numbers.includes(value) ? [...numbers, value].sort((a, b) => a - b) : numbers;
}

function batchOptions(value: unknown): FormOption[] {
  return [
    { value: "full", label: "full", description: l10n.t("Each update uses all sequences.") },
    ...withPresent(BATCH_SIZES, value).map((size) => ({
      value: size,
      label: String(size),
      description:
        size === 1 ? l10n.t("Each update uses 1 sequence.") : l10n.t("Each update uses {0} sequences.", size),
    })),
  ];
}

/** Off, or balanced. Numbers are written in the file: the present ones are an option, as "1, 5". */
function weightOptions({ anyOf = [] }: JsonSchema, value: unknown): FormOption[] {
  const [none, balanced, numbers] = anyOf.map(({ description }) => plainText(description ?? ""));
  const present = Array.isArray(value) ? value.join(", ") : null;
  return [
    { value: null, label: l10n.t("off"), description: none ?? "" },
    { value: "balanced", label: "balanced", description: balanced ?? "" },
    ...(present === null ? [] : [{ value: present, label: present, description: numbers ?? "" }]),
  ];
}

/** Iterations from one evaluation of the validation set to the next, to begin with. */
function intervalOptions({ anyOf = [] }: JsonSchema): FormOption[] {
  const [auto, exact] = anyOf.map(({ description }) => plainText(description ?? ""));
  return [
    { value: "auto", label: "auto", description: auto ?? "" },
    ...INTERVALS.map((interval) => ({ value: interval, label: String(interval), description: exact ?? "" })),
  ];
}

/** Of a number or a word. */
function numberOrWord(
  { anyOf = [] }: JsonSchema,
  numbers: readonly number[],
  word: string,
  value: unknown,
): FormOption[] {
  const descriptionOf = (isWanted: (branch: JsonSchema) => boolean): string =>
    plainText(anyOf.find(isWanted)?.description ?? "");
  return [
    ...withPresent(numbers, value).map((number) => ({
      value: number,
      label: String(number),
      description: descriptionOf(({ type }) => type === "number"),
    })),
    { value: word, label: word, description: descriptionOf((branch) => branch.const === word) },
  ];
}
