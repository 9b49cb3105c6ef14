/** The part of an exported script that saves weights with what is needed to predict, as docs/weights.md says. */
import { isOneSeries } from "../config/facts/seriesPlan";
import type { SourceTable, TrainingSource } from "../core/training/trainingSource";
import type { ColumnRecipe } from "../tables/columnRecipe";
import { pythonText, pythonTexts } from "./pythonText";
import { validates } from "./pytorchStopping";

/** Before the model is made. @param text of the experiment */
export function savingLines({ timeSteps }: TrainingSource, data: SourceTable, text: string): string[] {
  const { task, table } = data;
  const { inputs, targets, recipes } = table;
  const scaled = targets.kind === "values";
  // Without this key RNN Lab refuses the weights, as it does those of such a run.
  const columns = isOneSeries(task) && scaled ? "columns" : "column_recipes";
  return [
    "def recipe_of(name):  # a value v of a column is (v - mean) / deviation to the network",
    '    return {"name": name, "mean": scales[name][0], "deviation": scales[name][1]}',
    "",
    "",
    "RECIPE = {  # all that is needed to predict",
    `    "length": ${timeSteps},`,
    `    "horizon": ${task.horizon},`,
    `    "inputs": [recipe_of(name) for name in ${pythonTexts(inputs)}],`,
    scaled
      ? `    "targets": [recipe_of(name) for name in ${pythonTexts(targets.names)}],`
      : `    "targets": [{"name": name, "mean": 0, "deviation": 1} for name in ${pythonTexts(targets.names)}],`,
    ...(targets.labels === null ? [] : ['    "classes": CLASSES,']),
    `    "${columns}": [`,
    ...recipes.map((recipe) => `        ${recipeLiteral(recipe)},`),
    "    ],",
    '    "rows": len(order),',
    '    "training_rows": training_rows[0][1],',
    "}",
    `EXPERIMENT = ${pythonText(text)}`,
    "",
    "",
    "def save_weights(file, weights, iteration, **more):  # equivalent to safetensors.torch.save_file",
    "    metadata = {name: json.dumps(value) for name, value in RECIPE.items()}",
    '    metadata |= {"format_version": "1", "iteration": str(iteration), "data_crc32": str(zlib.crc32(table_bytes))}',
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
