/** The part of an exported script that validates and stops early, as BestParameters does. */
import { hasValidationFile } from "../config/facts/earlyStopping";
import type { Experiment } from "../config/schema/schema";
import type { TrainingSource } from "../core/training/trainingSource";
import type { RunExtension } from "../runs/extendedRun";

type Training = Experiment["training"];

/** Before the loop: the validation loss, without dropout and from a zero state. None without a validation set. */
export function validationLines({ batchSize: B, trainingSequences: N, inputs, stream }: TrainingSource): string[] {
  const end = inputs.shape[0] ?? 0;
  if (end === N) return [];
  return [
    "def validation_loss():  # on the sequences after those for training",
    "    total = 0.0",
    "    model.eval()",
    "    with torch.no_grad():",
    `        for begin in range(${N}, ${end}, ${B}):`,
    `            rows = slice(begin, min(begin + ${B}, ${end}))`,
    `            outputs = model(inputs[rows]${stream ? ", None)[0]" : ")"}`,
    "            total += loss_of(outputs, targets[rows]).item() * (rows.stop - begin)",
    "    model.train()",
    `    return total / ${end - N}`,
    "",
    "",
  ];
}

/** How long a script trains. */
export interface ScriptLength {
  readonly total: number;
  readonly extensions: readonly RunExtension[];
}

/** In the loop, where the loss is known and nothing is updated yet. Patience does not end a run that was extended. */
export function stoppingLines({ stop, validation }: Training, { total, extensions }: ScriptLength): string[] {
  if (stop === null) return [];
  const ends = [...extensions.map(({ iteration }) => iteration), total];
  const [first] = extensions;
  return [
    `    if iteration % ${validation.every} == 0 or not finite or iteration in (${ends.join(", ")},):`,
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
