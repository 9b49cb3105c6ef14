/**
 * A run as a PyTorch script: the same model, data, batches, optimizer and losses. What is random (batches, dropout) is
 * drawn by NumPy's Mersenne Twister, which is ours bit for bit. Only what the experiment uses is in it, so that it
 * reads like a script by hand.
 */
import { dataNameOf } from "../config/facts/taskTraits";
import type { Experiment } from "../config/schema/schema";
import { statePartCount } from "../shared/trace/cells";
import type { AppliedChange } from "../core/optimizers/schedule";
import type { SequenceArrays, TrainingSource } from "../core/training/trainingSource";
import { drawsInTraining, layerWidth, outputWidth } from "../shared/trace/networkSpec";
import { bidirectionalModel, lengthLines, modelArguments } from "./pytorchBidirectional";
import type { EngineName } from "../shared/trace/trace";
import type { RunExtension } from "../runs/extendedRun";
import {
  bestBefore,
  restartLine,
  stoppingLines,
  validates,
  validationAfter,
  validationLines,
  type ScriptLength,
} from "./pytorchStopping";
import { carriedStart, initialStateLines, startArgument, steppedStart, zeroGradient } from "./pytorchInitialState";
import {
  addedPenalty,
  isNoisy,
  leakyArgument,
  leakyDraws,
  leakyLayers,
  penaltyLines,
  penaltyStart,
  projectionLines,
  rateLines,
} from "./pytorchLeaky";
import { plateauBefore, plateauTraining, plateauValidation } from "./pytorchPlateau";
import { isPyTorchLstm, ownCellCall, ownCellLines, ownCellOf } from "./pytorchOwnCells";
import { pythonText } from "./pythonText";
import { scriptSizes } from "./pytorchSizes";
import { ifSameTable, tableHeader, tableLines, tableModules } from "./pytorchTable";
import { measureLines } from "./pytorchMeasures";
import { savedLines, savingLines, storedSavingLines } from "./pytorchWeights";
import { changeLines, gradientLines, optimizerCall, scheduleLines, updatePhases } from "./pytorchUpdates";

/** In the folder of the script. */
export const PYTORCH_DATA = "data.safetensors";

/** Streams of the seed, as src/core/numerics/random.ts numbers them. */
const BATCHES = 2,
  DROPOUT = 3;

export interface PytorchRun {
  readonly experiment: Experiment;
  /** Of the run. */
  readonly name?: string;
  readonly source: TrainingSource;
  readonly engine: EngineName;
  /** Of the experiment, for files of weights; empty: it is not known. */
  readonly text?: string;
  /** CRC-32 of the data that were trained on; null, or left out: it is not known. */
  readonly dataChecksum?: number | null;
  /** Settings applied during the run, in the order of the iterations. */
  readonly changes?: readonly AppliedChange[];
  /** Where the run went on past its end. */
  readonly extensions?: readonly RunExtension[];
}

export function pytorchScript(run: PytorchRun): string {
  const { experiment, name = "", source, engine, changes = [], extensions = [] } = run;
  const { spec, loss, iterations, isWeighted } = source;
  const { training, seed } = experiment;
  const phases = updatePhases(training, changes);
  const ourRprop = phases.some((phase) => phase.optimizer.kind === "rprop");
  const lines = [
    `# ${[experiment.name || "RNN Lab experiment", name].filter(Boolean).map(pythonText).join(", ")} as a PyTorch script, exported by RNN Lab.`,
    ...headerLines(source, experiment),
    ...importLines(source),
    "",
    "import numpy as np",
    "import torch",
    "from torch import nn",
    "",
    `torch.set_default_dtype(torch.${engine})`,
    "torch.set_num_threads(1)",
    "",
    "",
    ...LOAD,
    "",
    `tensors = load(Path(__file__).with_name("${PYTORCH_DATA}"))`,
    ...(source.data.kind === "table"
      ? tableLines(source, source.data, training.batchSize)
      : arrayLines(source, source.data)),
    ...lengthLines(source),
    ...restartLines(source),
    ...(drawsInTraining(spec) ? [`${drawsName(spec)} = np.random.RandomState([${seed}, ${DROPOUT}])`] : []),
    "",
    "",
    ...modelLines(source),
    "",
    "",
    ...(ourRprop ? [...RPROP, "", ""] : []),
    ...batchLines(source, seed, training.batchSize !== "full"),
    "",
    "",
    ...(isWeighted ? weightedLossLines(loss) : lossLines(loss)),
    "",
    "",
    ...validationLines(source),
    ...plainNameLines(source),
    "",
    "",
    ...saving(run),
    "model = Model()",
    'model.load_state_dict({name: tensors[f"param.{plain_name(name)}"] for name in model.state_dict()})',
    `optimizer = ${optimizerCall((phases[0] ?? training).optimizer)}`,
    ...phases.flatMap((phase) => scheduleLines(phase, iterations)),
    "",
    ...trainingLines(run, phases, { total: extensions.at(-1)?.iterations ?? iterations, extensions }),
    'torch.save(plain_weights(model), Path(__file__).with_name("weights.pt"))',
    ...validationAfter(source),
    ...(source.data.kind === "table" ? measureLines(source, source.data) : []),
    ...(saving(run).length > 0 ? savedLines(source) : []),
    ...compareLines(source),
  ];
  return `${lines.join("\n")}\n`;
}

/** Weights that predict are those of tables, one or several. */
function saving({ source, text = "", dataChecksum = null }: PytorchRun): string[] {
  const { data } = source;
  if (data.kind === "table") return savingLines(source, data, text);
  return data.recipe === null ? [] : storedSavingLines(data.recipe, text, dataChecksum);
}

/** The loop over the iterations. */
function trainingLines(
  { source, experiment: { training } }: PytorchRun,
  phases: ReturnType<typeof updatePhases>,
  length: ScriptLength,
): string[] {
  const { stream } = source;
  const iterations = length.total;
  return [
    "losses = []",
    ...plateauBefore(phases),
    ...bestBefore(source),
    "batches = all_batches()",
    ...(stream ? ["state = None"] : []),
    `for iteration in range(${iterations} + 1):`,
    ...(training.accumulate === 1 ? batchLoss(source) : accumulatedLoss(source, training.accumulate)),
    `    if iteration % ${Math.max(1, Math.ceil(iterations / 10))} == 0 or iteration == ${iterations}:`,
    '        print(f"iteration {iteration}: loss {losses[-1]:.9g}")',
    "    finite = math.isfinite(losses[-1]) and all(torch.isfinite(parameter).all() for parameter in model.parameters())",
    ...stoppingLines(source, training, length),
    `    if not finite or iteration == ${iterations}:`,
    "        break",
    ...(training.accumulate === 1 ? [zeroGradient(source), "    loss.backward()"] : []),
    ...changeLines(phases),
    ...plateauValidation(phases, source),
    ...gradientLines(phases),
    "    optimizer.step()",
    ...projectionLines(source.spec),
    ...plateauTraining(phases, source, training),
    "",
  ];
}

/** What the script is made of, and how it is used. */
function headerLines({ data }: TrainingSource, { task }: Experiment): string[] {
  const requires = `Requires ${PYTORCH_DATA} in the same folder.`;
  const trains = "Trains, prints the losses, and compares them with the run.";
  if (data.kind === "table") return tableHeader(data, trains, requires);
  return [
    `# Usage: python3 train.py   ${trains} ${requires}`,
    ...("file" in task
      ? [
          `# ${PYTORCH_DATA} has the sequences as the network reads them. The script does not read`,
          `# ${pythonText(dataNameOf(task))}, so it cannot train on another file.`,
        ]
      : []),
  ];
}

function importLines({ data }: TrainingSource): string[] {
  const modules = ["json", "math", "struct", ...(data.kind === "table" ? tableModules(data) : [])].toSorted();
  return [...modules.map((name) => `import ${name}`), "from pathlib import Path"];
}

/** The sequences as they are in the file. */
function arrayLines({ oneHot, spec, loss }: TrainingSource, { weights, starts }: SequenceArrays): string[] {
  return [
    `inputs = ${oneHot ? `nn.functional.one_hot(tensors["inputs"].long(), ${spec.inputSize}).to(torch.get_default_dtype())` : 'tensors["inputs"]'}  # [sequences, time, inputs]`,
    `targets = tensors["targets"]${loss === "cross-entropy" ? ".long()" : ""}`,
    ...(weights === null
      ? []
      : ['weights = tensors["weights"]  # [sequences, output steps]: what each counts in the loss']),
    ...(starts === null
      ? []
      : ['starts = tensors["starts"] == 1  # [sequences]: the first window of each series starts from a zero state']),
  ];
}

/** Of a stream of several series: what starts anew with the first window of each. */
function restartLines({ restarts }: TrainingSource): string[] {
  return restarts
    ? [
        "",
        "",
        "def restart(state, rows):  # [layers, batch, hidden], or several of them",
        "    if state is None:",
        "        return None",
        "    if torch.is_tensor(state):",
        "        return torch.where(starts[rows][:, None], torch.zeros(()), state)",
        "    return type(state)(restart(part, rows) for part in state)",
      ]
    : [];
}

/** In the loop: the outputs and the loss of the next batch. */
function nextLoss(source: TrainingSource): string[] {
  const { stream, isWeighted, spec } = source;
  return [
    `rows${stream ? ", fresh" : ""} = next(batches)`,
    ...(stream
      ? ["if fresh:", "    state = None", ...restartLine(source, 0), "outputs, state = model(inputs[rows], state)"]
      : [`outputs = model(${modelArguments(source)})`]),
    `loss = loss_of(outputs, targets[rows]${isWeighted ? ", weights[rows]" : ""})${addedPenalty(spec)}`,
  ];
}

function batchLoss(source: TrainingSource): string[] {
  return [...nextLoss(source).map((line) => `    ${line}`), "    losses.append(loss.item())"];
}

/** The mean over several batches, whose gradients add up. */
function accumulatedLoss(source: TrainingSource, accumulate: number): string[] {
  return [
    zeroGradient(source),
    "    batch_losses = []",
    `    for _ in range(${accumulate}):  # gradient accumulation`,
    ...nextLoss(source).map((line) => `        ${line}`),
    `        (loss / ${accumulate}).backward()`,
    "        batch_losses.append(loss.item())",
    `    losses.append(sum(batch_losses) / ${accumulate})`,
  ];
}

const LOAD = `def load(path):  # equivalent to safetensors.torch.load_file
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, tensor in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = tensor["data_offsets"]
            values = np.frombuffer(data[start + begin:start + end], "<f8").reshape(tensor["shape"])
            dtype = torch.float64 if name.endswith("losses") else torch.get_default_dtype()
            tensors[name] = torch.tensor(values, dtype=dtype)
    return tensors
`.split("\n");

const RPROP = `class Rprop(torch.optim.Optimizer):
    """The original resilient backpropagation (Riedmiller and Braun): the sign of the gradient, a step size for each weight, no limits."""

    def __init__(self, parameters, eta_plus, eta_minus, initial_step):
        super().__init__(parameters, {"eta_plus": eta_plus, "eta_minus": eta_minus, "initial_step": initial_step})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                state = self.state[parameter]
                if not state:
                    state["step"] = torch.full_like(parameter, group["initial_step"])
                    state["sign"] = torch.zeros_like(parameter)
                sign = parameter.grad.sign()
                sign[parameter.grad.isnan()] = math.nan
                grown = torch.where(sign == 0, 1.0, group["eta_plus"])
                state["step"] *= torch.where(sign == state["sign"], grown, group["eta_minus"])
                state["sign"] = sign
                parameter -= sign * state["step"]`.split("\n");

/** At the end: how far the losses are from those of the run, that of validation too. */
function compareLines(source: TrainingSource): string[] {
  const compare = [
    "def compare(recorded, found, what):  # recorded [rows, 2]: iteration and loss in RNN Lab",
    "    known = [(int(iteration), loss) for iteration, loss in recorded.tolist() if math.isfinite(loss)]",
    "    known = [(found[iteration], loss) for iteration, loss in known if iteration in found]",
    "    worst = max((abs(own - loss) / max(abs(loss), 1e-12) for own, loss in known), default=0.0)",
    '    print(f"max relative difference from {len(known)} {what} recorded by RNN Lab: {worst:.2g}")',
  ];
  const calls = [
    'compare(tensors["losses"], dict(enumerate(losses)), "losses")',
    ...(validates(source) ? ['compare(tensors["validation_losses"], validations, "validation losses")'] : []),
  ];
  const said = 'print(f"{len(losses) - 1} iterations")';
  return [
    "",
    "",
    ...compare,
    "",
    "",
    said,
    ...(source.data.kind === "table" ? ifSameTable(calls, source.data) : calls),
  ];
}

function modelLines(source: TrainingSource): string[] {
  const { spec, stream } = source;
  if (spec.directions === 2)
    return bidirectionalModel(
      source,
      (inputs, more) => cellCall(spec, inputs, more),
      readoutLines(spec),
      isSimple(spec),
      validates(source),
    );
  return isSimple(spec) ? simpleModel(spec, stream) : steppedModel(spec, stream, validates(source));
}

/** The generator of what a step of training draws. */
function drawsName(spec: TrainingSource["spec"]): string {
  return isNoisy(spec) ? "draws" : "dropout_draws";
}

/** Whether one module of PyTorch is the whole recurrent part. */
function isSimple(spec: TrainingSource["spec"]): boolean {
  return ownCellOf(spec) === null && spec.dropout === 0 && spec.truncate === null;
}

/** From the names of the script's modules to those of one recurrent module and a read-out, as everywhere else. */
function plainNameLines({ spec }: TrainingSource): string[] {
  return [
    ...(isSimple(spec)
      ? ["def plain_name(name):  # cell.weight_ih_l0 -> weight_ih_l0", '    return name.removeprefix("cell.")']
      : [
          "def plain_name(name):  # layers.1.weight_ih_l0 -> weight_ih_l1",
          '    if not name.startswith("layers."):',
          "        return name",
          '    _, layer, own = name.split(".")',
          ...(spec.directions === 2
            ? ['    return own.replace("_l0", f"_l{layer}")']
            : ["    return f\"{own.removesuffix('_l0')}_l{layer}\""]),
        ]),
    "",
    "",
    "def plain_weights(model):",
    "    return {plain_name(name): tensor.clone() for name, tensor in model.state_dict().items()}",
  ];
}

const python = (value: boolean): string => (value ? "True" : "False");

/** The constructor of a layer. */
function cellCall(spec: TrainingSource["spec"], input: string | number, layers: string): string {
  const { cell, nonlinearity, hiddenSize: H, bias } = spec;
  const own = ownCellOf(spec);
  if (own !== null) return ownCellCall(own, `${input}, ${H}`, spec);
  const width = layerWidth(spec);
  const options = [
    ...(cell === "rnn" && nonlinearity === "relu" ? ['nonlinearity="relu"'] : []),
    ...(bias ? [] : ["bias=False"]),
    ...(width === H ? [] : [`proj_size=${width}`]),
    "batch_first=True",
  ];
  return `nn.${cell === "rnn" ? "RNN" : cell === "gru" ? "GRU" : "LSTM"}(${input}, ${H}${layers}, ${options.join(", ")})`;
}

/** The read-out of states h [batch, time, hidden]. */
function outputLine({ readout }: TrainingSource["spec"], states: string): string {
  if (readout === "every") return `self.readout(${states})`;
  return readout === "last" ? `self.readout(${states}[:, -1:])` : `${states}[:, -1:]`;
}

function readoutLines(spec: TrainingSource["spec"]): string[] {
  const { readout, outputSize: O, bias } = spec;
  const width = outputWidth(spec);
  return readout === "state" ? [] : [`        self.readout = nn.Linear(${width}, ${O}, bias=${python(bias)})`];
}

function simpleModel(spec: TrainingSource["spec"], stream: boolean): string[] {
  return [
    "class Model(nn.Module):",
    "    def __init__(self):",
    "        super().__init__()",
    `        self.cell = ${cellCall(spec, spec.inputSize, spec.numLayers > 1 ? `, ${spec.numLayers}` : "")}`,
    ...readoutLines(spec),
    ...initialStateLines(spec),
    "",
    ...(stream
      ? ["    def forward(self, x, state):", ...carriedStart(spec), "        states, last = self.cell(x, state)"]
      : ["    def forward(self, x):", `        states, _ = self.cell(x${startArgument(spec)})`]),
    `        outputs = ${outputLine(spec, "states")}  # [batch, ${spec.readout === "every" ? "time" : "1"}, outputs]`,
    stream
      ? `        return outputs, ${isPyTorchLstm(spec) ? "tuple(part.detach() for part in last)" : "last.detach()"}`
      : "        return outputs",
  ];
}

/**
 * Layer by layer and piece by piece: for masks of our own between layers, a cut of the gradient, or a cell that PyTorch
 * has not.
 */
function steppedModel(spec: TrainingSource["spec"], stream: boolean, validates: boolean): string[] {
  const { inputSize: I, numLayers: L } = spec;
  const own = ownCellOf(spec);
  return [
    ...(own === null ? [] : ownCellLines(own, spec)),
    "class Model(nn.Module):",
    "    def __init__(self):",
    "        super().__init__()",
    `        self.layers = nn.ModuleList(${cellCall(spec, `${I} if layer == 0 else ${layerWidth(spec)}`, "")} for layer in range(${L}))`,
    ...leakyLayers(spec),
    ...readoutLines(spec),
    ...initialStateLines(spec),
    "",
    ...steppedForward(spec, stream, validates),
  ];
}

/** The pass through the layers, piece by piece where the gradient is cut. */
function steppedForward(spec: TrainingSource["spec"], stream: boolean, validates: boolean): string[] {
  const { cell, numLayers: L, dropout, truncate } = spec;
  const dropped = dropout > 0 && L > 1;
  const isLeaky = isNoisy(spec);
  return [
    `    def forward(self, x${stream ? ", state" : ""}):`,
    "        steps = x.shape[1]",
    ...(isLeaky ? leakyDraws(spec, dropped ? dropout : null) : []),
    ...(dropped && !isLeaky
      ? [
          "        masks = []",
          `        for _ in range(${L - 1}${validates ? " if self.training else 0" : ""}):`,
          `            kept = dropout_draws.random_sample((x.shape[0], steps, ${layerWidth(spec)})) >= ${dropout}`,
          `            masks.append(torch.tensor(kept / (1 - ${dropout}), dtype=x.dtype))`,
        ]
      : []),
    ...steppedStart(spec, stream),
    "        states = []",
    ...penaltyStart(spec),
    ...(truncate === null
      ? ["        begin, end = 0, steps"]
      : [
          "        # Truncated BPTT: no gradient flows into the previous chunk; chunks are aligned to the end of the sequence.",
          `        first = steps % ${truncate} or min(${truncate}, steps)`,
          `        for begin, end in [(0, first), *((at, at + ${truncate}) for at in range(first, steps, ${truncate}))]:`,
        ]),
    ...[
      "        chunk, last = x[:, begin:end], []",
      "        for number, layer in enumerate(self.layers):",
      `            chunk, after = layer(chunk, state[number]${leakyArgument(spec)})`,
      "            last.append(after)",
      ...rateLines(spec),
      ...(dropped
        ? [
            `            if number < ${validates || isLeaky ? "len(masks)" : L - 1}:`,
            "                chunk = chunk * masks[number][:, begin:end]",
          ]
        : []),
      ...(truncate === null && !stream
        ? []
        : [
            statePartCount(cell) > 1
              ? "        state = [tuple(part.detach() for part in parts) for parts in last]"
              : "        state = [h.detach() for h in last]",
          ]),
      "        states.append(chunk)",
    ].map((line) => (truncate === null ? line : `    ${line}`)),
    ...penaltyLines(spec),
    `        outputs = ${outputLine(spec, "torch.cat(states, dim=1)")}  # [batch, ${spec.readout === "every" ? "time" : "1"}, outputs]`,
    `        return outputs${stream ? ", state" : ""}`,
  ];
}

function batchLines(source: TrainingSource, seed: number, batched: boolean): string[] {
  const { training: N, batch, batchesPerEpoch } = scriptSizes(source);
  if (source.stream) {
    return [
      "def all_batches():  # each row of the batch reads its own part of the text in order; fresh: start from a zero state",
      "    while True:",
      `        for position in range(${batchesPerEpoch}):`,
      `            yield [row * ${batchesPerEpoch} + position for row in range(${batch})], position == 0`,
    ];
  }
  if (!batched) return ["def all_batches():", "    while True:", `        yield slice(0, ${N})`];
  return [
    "def all_batches():  # shuffled in each epoch; an incomplete last batch is dropped",
    `    draws = np.random.RandomState([${seed}, ${BATCHES}])`,
    "    while True:",
    `        order = list(range(${N}))`,
    `        for i in range(${N} - 1, 0, -1):  # Fisher-Yates shuffle`,
    "            j = int(draws.random_sample() * (i + 1))",
    "            order[i], order[j] = order[j], order[i]",
    `        for position in range(${batchesPerEpoch}):`,
    `            yield order[position * ${batch}:(position + 1) * ${batch}]`,
  ];
}

function lossLines(loss: TrainingSource["loss"]): string[] {
  return ["def loss_of(outputs, targets):", `    return ${lossCall(loss, "")}`];
}

function weightedLossLines(loss: TrainingSource["loss"]): string[] {
  const losses = lossCall(loss, ', reduction="none"');
  return [
    "def loss_of(outputs, targets, weights):  # steps of weight 0 do not count",
    `    losses = ${losses}${loss === "cross-entropy" ? ".reshape(weights.shape)" : ".mean(dim=-1)"}`,
    "    return (losses * weights).sum() / weights.sum()",
  ];
}

function lossCall(loss: TrainingSource["loss"], reduction: string): string {
  if (typeof loss !== "string" && loss.kind === "bce-with-logits") {
    const weights = `pos_weight=torch.tensor([${loss.positiveWeights.join(", ")}])`;
    return `nn.functional.binary_cross_entropy_with_logits(outputs, targets${reduction}, ${weights})`;
  }
  if (typeof loss !== "string") return `nn.functional.huber_loss(outputs, targets${reduction}, delta=${loss.delta})`;
  switch (loss) {
    case "mae":
      return `nn.functional.l1_loss(outputs, targets${reduction})`;
    case "mse":
      return `nn.functional.mse_loss(outputs, targets${reduction})`;
    case "bce-with-logits":
      return `nn.functional.binary_cross_entropy_with_logits(outputs, targets${reduction})`;
    case "cross-entropy":
      return `nn.functional.cross_entropy(outputs.flatten(0, 1), targets.flatten()${reduction})`;
  }
}
