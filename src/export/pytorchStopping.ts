/** The part of an exported script that validates and stops early, as BestParameters does. */
import type { Experiment } from "../config/schema/schema";
import type { TrainingSource } from "../core/training/trainingSource";
import type { RunExtension } from "../runs/extendedRun";
import { modelArguments } from "./pytorchBidirectional";
import { scriptSizes } from "./pytorchSizes";

type Training = Experiment["training"];

/** Whether some of the sequences are for validation. */
export function validates({ sequences, trainingSequences }: TrainingSource): boolean {
  return sequences > trainingSequences;
}

/** Before the loop: the validation loss, without dropout. None without a validation set. */
export function validationLines(source: TrainingSource): string[] {
  const { stream, isWeighted } = source;
  if (!validates(source)) return [];
  const { training, validation } = scriptSizes(source);
  const rows = isWeighted ? "rows], weights[rows" : "rows";
  return [
    ...(stream ? FIRST_ROWS : []),
    "def validated():  # the outputs for the sequences after those for training",
    ...(stream ? streamedValidation(source) : batchedValidation(source)),
    "        yield rows, outputs",
    "",
    "",
    "def validation_loss():",
    "    total = 0.0",
    "    model.eval()",
    "    with torch.no_grad():",
    "        for rows, outputs in validated():",
    `            total += loss_of(outputs, targets[${rows}]).item() * ${isWeighted ? "weights[rows].sum().item()" : "len(rows)"}`,
    "    model.train()",
    isWeighted ? `    return total / weights[${training}:].sum().item()` : `    return total / ${validation}`,
    "",
    "",
  ];
}

/** From a zero state. */
function batchedValidation(source: TrainingSource): string[] {
  const { training, sequences, batch } = scriptSizes(source);
  return [
    `    for begin in range(${training}, ${sequences}, ${batch}):`,
    `        rows = range(begin, min(begin + ${batch}, ${sequences}))`,
    `        outputs = model(${modelArguments(source)})`,
  ];
}

/** See streamBatches in src/core/training/evaluate.ts. */
function streamedValidation(source: TrainingSource): string[] {
  const { training, sequences, validation, batch } = scriptSizes(source);
  return [
    `    each, state = -(-${validation} // min(${batch}, ${validation})), None`,
    "    for position in range(each):  # each row of the batch reads its own part in order",
    `        rows = range(${training} + position, ${sequences}, each)`,
    "        state = first_rows(state, len(rows))",
    ...restartLine(source, 8),
    "        outputs, state = model(inputs[rows], state)",
  ];
}

/** Of a stream of several series: rows of the batch at which one begins start from zeros. */
export function restartLine({ restarts }: TrainingSource, indent: number): string[] {
  return restarts ? [`${" ".repeat(indent)}state = restart(state, rows)`] : [];
}

const FIRST_ROWS = `def first_rows(state, rows):  # of a state whose last rows have ended
    if state is None:
        return None
    if torch.is_tensor(state):
        return state[:, :rows].contiguous()
    return type(state)(first_rows(part, rows) for part in state)


`
  .split("\n")
  .slice(0, -1);

/** How long a script trains. */
export interface ScriptLength {
  readonly total: number;
  readonly extensions: readonly RunExtension[];
}

/**
 * In the loop, where the loss is known and nothing is updated yet: validation at the iterations of the run. Patience
 * does not end a run that was extended.
 */
export function stoppingLines(
  source: TrainingSource,
  { stop }: Training,
  { total, extensions }: ScriptLength,
): string[] {
  if (!validates(source)) return [];
  const ends = [...extensions.map(({ iteration }) => iteration), total];
  const [first] = extensions;
  return [
    `    if iteration % ${source.validationInterval} == 0 or not finite or iteration in (${ends.join(", ")},):`,
    "        validation = validations[iteration] = validation_loss()",
    "        if validation < best_loss:",
    "            best_iteration, best_loss, best_weights = iteration, validation, plain_weights(model)",
    ...(stop === null
      ? []
      : [
          `        if iteration - best_iteration >= ${stop.patience}${first === undefined ? "" : ` and iteration < ${first.iteration}`}:`,
          '            print(f"stopped early at iteration {iteration}")',
          "            break",
        ]),
  ];
}

export function bestBefore(source: TrainingSource): string[] {
  return validates(source)
    ? ["validations = {}", "best_iteration, best_loss, best_weights = 0, math.inf, plain_weights(model)"]
    : [];
}

/** After the loop. */
export function validationAfter(source: TrainingSource): string[] {
  if (!validates(source)) return [];
  return [
    'print(f"best validation loss {best_loss:.9g} at iteration {best_iteration}")',
    'print(f"validation loss {validation:.9g} at iteration {iteration}")',
    'torch.save(best_weights, Path(__file__).with_name("best.pt"))',
  ];
}
