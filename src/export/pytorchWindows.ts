/** The part of an exported script that tells series apart, and places sequences for training and for validation. */
import type { SourceTable, TrainingSource } from "../core/training/trainingSource";
import type { Fill } from "../tables/fillMissing";
import { groupOf } from "../tables/taskTable";
import { pythonText, pythonTexts } from "./pythonText";

/** Shares are counted in billionths, as everywhere. */
const WHOLE = 1_000_000_000;

/** Rows in the order of their series: `series` and `training_rows` are ranges of rows, `columns` is arranged. */
export function seriesLines(data: SourceTable): string[] {
  const { task, table, validationShare } = data;
  const group = groupOf(task);
  const { columns } = table.reading;
  const reset = task.reset === "" ? undefined : columns.find(({ name }) => name === task.reset);
  const fill = task.missing?.fill;
  const numbers = columns.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const held = Math.round(validationShare * WHOLE);
  const whole = task.length === "series";
  const words = columns.filter(({ kind }) => kind === "category").map(({ name }) => name);
  return [
    ...(reset === undefined ? [] : [...startLines(reset.kind === "category"), "", ""]),
    ...(fill === "drop" ? [...HAS_VALUE, "", ""] : []),
    ...(validationShare > 0 ? [...(whole ? heldOutLines(held) : trainingLines(held)), "", ""] : []),
    ...(group.length === 0 ? ["series = [list(range(len(rows)))]"] : groupLines(group)),
    ...(reset === undefined
      ? []
      : [
          `starts = columns[${pythonText(reset.name)}]`,
          "series = [episode for rows_of in series for episode in episodes(rows_of, starts)]",
        ]),
    ...keptLines(fill, numbers),
    "order = [row for rows_of in series for row in rows_of]",
    "ends = np.cumsum([len(rows_of) for rows_of in series]).tolist()",
    "series = list(zip([0, *ends], ends))  # from one row to another",
    "for name, values in columns.items():",
    "    ordered = [values[row] for row in order]",
    `    columns[name] = ordered if name in ${pythonTexts(words)} else np.array(ordered, dtype=float)`,
    ...(whole
      ? [
          `used = [(begin, end) for begin, end in series if end - begin > ${task.horizon}]`,
          `training_rows = ${validationShare > 0 ? "used[:len(used) - held_out(len(used))]" : "used"}`,
        ]
      : [
          validationShare > 0
            ? "training_rows = [(begin, begin + count_training_rows(end - begin)) for begin, end in series]"
            : "training_rows = series",
        ]),
    "",
    "",
  ];
}

function groupLines(group: readonly string[]): string[] {
  return [
    "groups = {}  # rows by their series, in the order of the file",
    "for row in range(len(rows)):",
    `    key = tuple(columns[name][row] for name in ${pythonTexts(group)})`,
    "    groups.setdefault(key, []).append(row)",
    "series = list(groups.values())",
  ];
}

const HAS_VALUE = ["def has_value(value):", "    return value is not None and value == value  # NaN is not"];

/** See keptRows in src/tables/fillMissing.ts. @param numbers names of the columns of numbers */
function keptLines(fill: Fill | undefined, numbers: readonly string[]): string[] {
  const kept = "series = [rows_of for rows_of in series if rows_of]";
  if (fill === "drop")
    return [
      "for rows_of in series:  # without the rows that lack a value",
      "    rows_of[:] = [row for row in rows_of if all(has_value(values[row]) for values in columns.values())]",
      kept,
    ];
  if (fill !== "forward" || numbers.length === 0) return [];
  return [
    "for rows_of in series:  # without the rows before the first value of each column",
    "    firsts = []",
    `    for name in ${pythonTexts(numbers)}:`,
    "        known = (place for place, row in enumerate(rows_of) if not math.isnan(columns[name][row]))",
    "        firsts.append(next(known, len(rows_of)))",
    "    del rows_of[:max(firsts)]",
    kept,
  ];
}

function startLines(areWords: boolean): string[] {
  return [
    "def episodes(rows_of, starts):  # each begins at a row that says so",
    "    parts = []",
    "    for row in rows_of:",
    `        if not parts or ${areWords ? "is_start(starts[row])" : "starts[row] == 1"}:`,
    "            parts.append([])",
    "        parts[-1].append(row)",
    "    return parts",
    ...(areWords
      ? [
          "",
          "",
          "def is_start(text):",
          "    try:",
          "        return float(text) == 1",
          "    except ValueError:",
          '        return text.lower() in ("true", "yes")',
        ]
      : []),
  ];
}

function trainingLines(held: number): string[] {
  return [
    "def count_training_rows(rows):  # the last rows of a series are held out",
    `    return rows * ${WHOLE - held} // ${WHOLE}`,
  ];
}

function heldOutLines(held: number): string[] {
  return [
    "def held_out(sequences):  # the last ones: at least one, and never all",
    `    return min(sequences - 1, max(1, (2 * sequences * ${held} + ${WHOLE}) // ${2 * WHOLE}))`,
  ];
}

/** `inputs`, `targets`, and where there are such `weights` and `starts`. */
export function windowLines(source: TrainingSource, data: SourceTable): string[] {
  const { task, table, classWeights } = data;
  const { inputs } = table;
  const { restarts, isWeighted } = source;
  const whole = task.length === "series";
  return [
    ...(whole ? wholeSeries(task.horizon) : windowsOfSeries(source, data)),
    "",
    "",
    ...(whole ? PADDED : WINDOWS),
    "",
    "",
    `input_values = torch.tensor(np.stack([scaled[name] for name in ${pythonTexts(inputs)}], axis=1))`,
    `inputs = Sequences(input_values.to(torch.get_default_dtype()), 0, ${source.timeSteps})`,
    ...targetLines(source, data),
    ...(isWeighted ? stepWeights(source, data) : []),
    ...(classWeights === null
      ? []
      : [`weights = weights * torch.tensor([${classWeights.join(", ")}])[targets[range(len(firsts))]]  # by class`]),
    ...(restarts
      ? ["starts = torch.tensor(starts)  # [sequences]: the first window of each series starts from a zero state"]
      : []),
  ];
}

function wholeSeries(horizon: number): string[] {
  return [
    "firsts = torch.tensor([begin for begin, end in used])",
    `lengths = torch.tensor([end - begin${horizon > 0 ? ` - ${horizon}` : ""} for begin, end in used])`,
  ];
}

/** See planWindows in src/config/facts/dataCounts.ts. */
function windowsOfSeries({ restarts, timeSteps }: TrainingSource, { task, validationShare }: SourceTable): string[] {
  const span = timeSteps + task.horizon;
  const last = `- ${span} + 1`;
  const starts = (of: string) =>
    restarts ? [`    starts_of_${of} += [place == 0 for place in range(len(windows))]`] : [];
  if (validationShare === 0)
    return [
      "firsts = []  # rows at which windows begin",
      ...(restarts ? ["starts_of_training = []"] : []),
      "for begin, end in series:",
      `    windows = range(begin, end ${last}, ${task.stride})`,
      "    firsts += windows",
      ...starts("training"),
      "firsts = torch.tensor(firsts)",
      ...(restarts ? ["starts = starts_of_training"] : []),
    ];
  return [
    "training, validation = [], []  # rows at which windows begin",
    "held_out_from = []  # of each validation window the first row of which the target counts",
    ...(restarts ? ["starts_of_training, starts_of_validation = [], []"] : []),
    "for begin, end in series:",
    "    known = count_training_rows(end - begin)",
    `    windows = range(begin, begin + known ${last}, ${task.stride})`,
    "    training += windows",
    ...starts("training"),
    "    if begin + known == end:",
    "        continue",
    `    first = -(-known // ${task.stride}) * ${task.stride}  # windows begin at multiples of the stride`,
    `    if end - begin - first < ${span}:  # too few rows for one: they begin earlier`,
    `        first = -(-max(0, known ${last}) // ${task.stride}) * ${task.stride}`,
    `    windows = range(begin + first, end ${last}, ${task.stride})`,
    "    validation += windows",
    "    held_out_from += [begin + known] * len(windows)",
    ...starts("validation"),
    "firsts = torch.tensor(training + validation)",
    ...(restarts ? ["starts = starts_of_training + starts_of_validation"] : []),
  ];
}

const WINDOWS = `class Sequences:  # windows of rows [sequences, steps, columns], made when they are asked for
    def __init__(self, rows, ahead, steps):
        self.rows, self.offsets = rows, torch.arange(ahead, ahead + steps)

    def __getitem__(self, sequences):
        return self.rows[firsts[sequences][:, None] + self.offsets]`.split("\n");

const PADDED =
  `class Sequences:  # whole series [sequences, steps, columns], made when they are asked for; zeros follow shorter ones
    def __init__(self, rows, ahead, steps):
        self.rows, self.steps, self.ahead = torch.cat([rows, torch.zeros_like(rows[:1])]), torch.arange(steps), ahead

    def __getitem__(self, sequences):
        at = firsts[sequences][:, None] + self.ahead + self.steps
        return self.rows[torch.where(self.steps < lengths[sequences][:, None], at, len(self.rows) - 1)]`.split("\n");

function targetLines({ timeSteps, outputSteps }: TrainingSource, { task, table: { targets } }: SourceTable): string[] {
  const ahead = (task.length === "series" ? 0 : timeSteps - outputSteps) + task.horizon;
  const names = pythonTexts(targets.names);
  const make = (rows: string) => `targets = Sequences(${rows}, ${ahead}, ${outputSteps})`;
  if (targets.kind === "classes") {
    const [name = ""] = targets.names;
    return [
      `CLASSES = ${pythonTexts(targets.labels ?? [])}  # in the order of the outputs`,
      `for label in columns[${pythonText(name)}]:`,
      "    if label not in CLASSES:",
      '        raise SystemExit(f"{TABLE}: the label {label!r} is not one of {CLASSES}")',
      make(`torch.tensor([CLASSES.index(label) for label in columns[${pythonText(name)}]])`),
    ];
  }
  const of = targets.kind === "values" ? "scaled" : "features";
  return [
    `target_values = torch.tensor(np.stack([${of}[name] for name in ${names}], axis=1))`,
    make("target_values.to(torch.get_default_dtype())"),
  ];
}

/** What each output step counts in the loss, before classes do. */
function stepWeights(source: TrainingSource, { task, validationShare }: SourceTable): string[] {
  const { outputSteps, timeSteps, answersOnce } = source;
  const counted = "weights [sequences, output steps]: what each counts in the loss";
  const counts = answersOnce ? "== lengths[:, None] - 1" : "< lengths[:, None]";
  if (task.length === "series")
    return [`weights = (torch.arange(${outputSteps}) ${counts}).to(torch.get_default_dtype())  # ${counted}`];
  const ahead = timeSteps - outputSteps + task.horizon;
  return [
    `weights = torch.ones(len(firsts), ${outputSteps})  # ${counted}`,
    ...(validationShare > 0 && outputSteps > 1
      ? [
          `target_rows = firsts[len(training):, None] + torch.arange(${ahead}, ${ahead + outputSteps})`,
          "weights[len(training):] *= target_rows >= torch.tensor(held_out_from)[:, None]",
        ]
      : []),
  ];
}
