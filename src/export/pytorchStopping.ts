/** The part of an exported script that validates and stops early, as BestParameters does. */
import { hasValidationFile } from "../config/facts/earlyStopping";
import type { Experiment } from "../config/schema/schema";
import type { TrainingSource } from "../core/training/trainingSource";
import type { RunExtension } from "../runs/extendedRun";

type Training = Experiment["training"];

/** Before the loop: the validation loss, without dropout. None without a validation set. */
export function validationLines(source: TrainingSource): string[] {
  const { trainingSequences: N, inputs, stream, weights } = source;
  const end = inputs.shape[0] ?? 0;
  if (end === N) return [];
  const rows = weights === null ? "rows" : "rows], weights[rows";
  return [
    ...(stream ? FIRST_ROWS : []),
    "def validation_loss():  # on the sequences after those for training",
    `    total${stream ? ", state = 0.0, None" : " = 0.0"}`,
    "    model.eval()",
    "    with torch.no_grad():",
    ...(stream ? streamedValidation(source, end) : batchedValidation(source, end)),
    `            total += loss_of(outputs, targets[${rows}]).item() * ${weights === null ? "len(rows)" : "weights[rows].sum().item()"}`,
    "    model.train()",
    weights === null ? `    return total / ${end - N}` : `    return total / weights[${N}:].sum().item()`,
    "",
    "",
  ];
}

/** From a zero state. */
function batchedValidation({ batchSize: B, trainingSequences: N }: TrainingSource, end: number): string[] {
  return [
    `        for begin in range(${N}, ${end}, ${B}):`,
    `            rows = range(begin, min(begin + ${B}, ${end}))`,
    "            outputs = model(inputs[rows])",
  ];
}

/** See streamBatches in src/core/training/evaluate.ts. */
function streamedValidation(source: TrainingSource, end: number): string[] {
  const { batchSize: B, trainingSequences: N } = source;
  const each = Math.ceil((end - N) / Math.min(B, end - N));
  return [
    `        for position in range(${each}):  # each row of the batch reads its own part of the text in order`,
    `            rows = range(${N} + position, ${end}, ${each})`,
    "            state = first_rows(state, len(rows))",
    ...restartLine(source, 12),
    "            outputs, state = model(inputs[rows], state)",
  ];
}

/** Of a stream of several series: rows of the batch at which one begins start from zeros. */
export function restartLine({ starts }: TrainingSource, indent: number): string[] {
  return starts === null ? [] : [`${" ".repeat(indent)}state = restart(state, rows)`];
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
 * In the loop, where the loss is known and nothing is updated yet. Patience does not end a run that was extended.
 * @param interval iterations from one evaluation to the next
 */
export function stoppingLines({ stop }: Training, interval: number, { total, extensions }: ScriptLength): string[] {
  if (stop === null) return [];
  const ends = [...extensions.map(({ iteration }) => iteration), total];
  const [first] = extensions;
  return [
    `    if iteration % ${interval} == 0 or not finite or iteration in (${ends.join(", ")},):`,
    "        validation = validation_loss()",
    "        if validation < best_loss:",
    "            best_iteration, best_loss, best_weights = iteration, validation, plain_weights(model)",
    `        if iteration - best_iteration >= ${stop.patience}${first === undefined ? "" : ` and iteration < ${first.iteration}`}:`,
    '            print(f"stopped early at iteration {iteration}")',
    "            break",
  ];
}

export function bestBefore({ stop }: Training): string[] {
  return stop === null ? [] : ["best_iteration, best_loss, best_weights = 0, math.inf, plain_weights(model)"];
}

/** After the loop: with early stopping the best validation loss, otherwise the last one. */
export function validationAfter({ task, training }: Experiment): string[] {
  if (training.validation.share === 0 && !hasValidationFile(task)) return [];
  return training.stop === null
    ? ['print(f"validation loss {validation_loss():.9g} at iteration {iteration}")']
    : [
        'print(f"best validation loss {best_loss:.9g} at iteration {best_iteration}")',
        'torch.save(best_weights, Path(__file__).with_name("best.pt"))',
      ];
}
