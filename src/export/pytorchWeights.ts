/** The part of an exported script that saves weights with what is needed to predict, as docs/weights.md says. */
import type { SourceTable, TrainingSource } from "../core/training/trainingSource";
import type { ColumnRecipe } from "../tables/columnRecipe";
import { pythonText, pythonTexts } from "./pythonText";
import { validates } from "./pytorchStopping";

/** Before the model is made. @param text of the experiment */
export function savingLines({ timeSteps }: TrainingSource, data: SourceTable, text: string): string[] {
  const { task, table } = data;
  const { inputs, targets, recipes } = table;
  const scaled = targets.kind === "values";
  return [
    "def recipe_of(name):  # a value v of a column is (v - mean) / deviation to the network",
    '    return {"name": name, "mean": scales[name][0], "deviation": scales[name][1]}',
    "",
    "",
    ...(scaled ? naiveLines(task.season) : []),
    "RECIPE = {  # all that is needed to predict",
    `    "length": ${timeSteps},`,
    `    "horizon": ${task.horizon},`,
    `    "season": ${task.season},`,
    `    "inputs": [recipe_of(name) for name in ${pythonTexts(inputs)}],`,
    scaled
      ? `    "targets": [recipe_of(name) for name in ${pythonTexts(targets.names)}],`
      : `    "targets": [{"name": name, "mean": 0, "deviation": 1} for name in ${pythonTexts(targets.names)}],`,
    `    "target_kind": "${targets.kind}",`,
    `    "classes": ${targets.labels === null ? "None" : "CLASSES"},`,
    '    "columns": [',
    ...recipes.map((recipe) => `        ${recipeLiteral(recipe)},`),
    "    ],",
    '    "rows": len(order),',
    '    "training_rows": sum(end - begin for begin, end in training_rows),',
    '    "series": len(series),',
    scaled
      ? `    "naive_errors": [naive_error(features[name]) for name in ${pythonTexts(targets.names)}],`
      : '    "naive_errors": None,',
    "}",
    ...saveLines(text, "str(zlib.crc32(table_bytes))"),
  ];
}

/**
 * The same of sequences that are stored with the script: what their tables were is known.
 * @param checksum of the files; null where it is not known
 */
export function storedSavingLines(
  recipe: Readonly<Record<string, string>>,
  text: string,
  checksum: number | null,
): string[] {
  const values = Object.entries(recipe).map(([name, value]): [string, unknown] => [name, JSON.parse(value)]);
  return [
    `RECIPE = json.loads(${pythonText(JSON.stringify(Object.fromEntries(values)))})  # all that is needed to predict`,
    ...saveLines(text, checksum === null ? null : `"${checksum}"`),
  ];
}

/** @param checksum of the data as an expression; null where it is not known */
function saveLines(text: string, checksum: string | null): string[] {
  return [
    `EXPERIMENT = ${pythonText(text)}`,
    "",
    "",
    "def save_weights(file, weights, iteration, **more):  # equivalent to safetensors.torch.save_file",
    "    metadata = {name: json.dumps(value) for name, value in RECIPE.items()}",
    '    metadata |= {"format_version": "1", "iteration": str(iteration)}',
    ...(checksum === null ? [] : [`    metadata["data_crc32"] = ${checksum}`]),
    '    metadata |= {"experiment": EXPERIMENT, **more}',
    '    header, data = {"__metadata__": metadata}, b""',
    "    for name, tensor in weights.items():",
    "        part = tensor.double().contiguous().numpy().tobytes()",
    "        offsets = [len(data), len(data) + len(part)]",
    '        header[name], data = {"dtype": "F64", "shape": list(tensor.shape), "data_offsets": offsets}, data + part',
    "    text = json.dumps(header).encode()",
    '    text += b" " * (-len(text) % 8)',
    '    Path(__file__).with_name(file).write_bytes(struct.pack("<Q", len(text)) + text + data)',
    "",
    "",
  ];
}

/** As naiveError of src/core/tasks. */
function naiveLines(season: number): string[] {
  const before = season === 1 ? "the row before" : `${season} rows before`;
  return [
    `def naive_error(values):  # of repeating the value of ${before}, over the training rows`,
    `    parts = [values[begin + ${season}:end] - values[begin:end - ${season}]`,
    `             for begin, end in training_rows if end - begin > ${season}]`,
    "    return float(np.abs(np.concatenate(parts)).mean()) if parts else None",
    "",
    "",
  ];
}

function recipeLiteral(recipe: ColumnRecipe): string {
  const name = pythonText(recipe.name);
  const start = `"kind": "${recipe.kind}", "name": ${name}`;
  switch (recipe.kind) {
    case "number": {
      const fill = recipe.fill === null ? "None" : `float(mean_of(columns[${name}]))`;
      return `{${start}, "fill": ${fill}, "hasMask": ${python(recipe.hasMask)}}`;
    }
    case "category":
      return `{${start}, ${encodingOf(recipe)}, "hasMissing": ${python(recipe.hasMissing)}}`;
    case "time": {
      const format = recipe.format === null ? "None" : `"${recipe.format}"`;
      return `{${start}, "encoding": "${recipe.encoding}", "format": ${format}, "origin": columns[${name}][0]}`;
    }
  }
}

function encodingOf({ encoding, categories }: Extract<ColumnRecipe, { readonly kind: "category" }>): string {
  return `"encoding": "${encoding}", "categories": ${pythonTexts(categories)}`;
}

const python = (value: boolean): string => (value ? "True" : "False");

/** At the end. */
export function savedLines(source: TrainingSource): string[] {
  return [
    'save_weights("weights.safetensors", plain_weights(model), iteration)',
    ...(validates(source)
      ? ['save_weights("best.safetensors", best_weights, best_iteration, validationLoss=repr(best_loss))']
      : []),
  ];
}
