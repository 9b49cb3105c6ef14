/** Which rows of a table belong together, and what they are to predict: keys of the csv task. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";

const columnName = { minLength: 1, maxLength: 200 } as const;

/** A table that is spread over several files. */
export const filesKeys = {
  files: Type.String({
    title: l10n.t("Files"),
    description: [
      l10n.t("In place of `file`: a pattern for several tables, such as `recordings/*.csv`."),
      l10n.t("Each of them is one series, in the order of their names."),
      l10n.t("In a name, `*` stands for any characters and `?` for one; upper and lower case are the same."),
      l10n.t("All files have the same columns and are written in the same way."),
      l10n.t("The path is relative to the experiment file and inside its folder."),
    ].join(" "),
    maxLength: 500,
    default: "",
  }),
  labels: Type.String({
    title: l10n.t("Label table"),
    description: [
      l10n.t("A table with a row for each of the `files`: its name, and the columns that `target` names."),
      l10n.t("Each file has one target then, and the validation set consists of whole files."),
      l10n.t("Empty: targets are columns of the files themselves."),
    ].join(" "),
    maxLength: 500,
    default: "",
  }),
  split: Type.String({
    title: l10n.t("Split column"),
    description: [
      l10n.t("A column of the label table that says for each file whether it is for train, validation or test."),
      l10n.t("Files for test are not read in training; Predict compares its answers with them."),
      l10n.t("`validation.share` is not used then. Empty: the last files are for validation, by that share."),
    ].join(" "),
    maxLength: 200,
    default: "",
  }),
};

/** What is predicted, and from where on: others have a default by their own. */
export const targetKeys = {
  target: Type.Union(
    [
      Type.String({
        title: l10n.t("column"),
        description: l10n.t("The column to predict. Empty: the input columns themselves."),
        maxLength: 200,
      }),
      Type.Array(Type.String(columnName), {
        title: l10n.t("columns"),
        description: l10n.t("Columns to predict, one output each."),
        minItems: 1,
        maxItems: 100,
        examples: [["level", "flow"]],
      }),
    ],
    {
      title: l10n.t("Target column"),
      description: [
        l10n.t("Name of the column to predict, or a list of columns."),
        l10n.t("Empty: the input columns themselves."),
      ].join(" "),
      default: "",
    },
  ),
  targetKind: Type.Enum(["auto", "values", "bits", "classes"], {
    title: l10n.t("Kind of the targets"),
    description: l10n.t("What the target columns contain. It decides which loss functions can be used."),
    enumDescriptions: [
      l10n.t(
        "What `training.loss` is for; if that is `auto` as well, classes for a column of words, otherwise values.",
      ),
      l10n.t("Numbers, for the loss mse. Each column is standardized."),
      l10n.t("0 or 1 in each column, for the loss bce-with-logits."),
      l10n.t("The labels of one column, for the loss cross-entropy: numbers in their order, then words."),
    ],
    default: "auto",
  }),
};

/** Left out, all rows are one series. */
export const seriesKeys = {
  group: Type.Union(
    [
      Type.String({
        title: l10n.t("column"),
        description: l10n.t("The column whose values identify the series. Empty: all rows are one series."),
        maxLength: 200,
      }),
      Type.Array(Type.String(columnName), {
        title: l10n.t("columns"),
        description: l10n.t("Columns whose values together identify the series."),
        minItems: 1,
        maxItems: 10,
        examples: [["country", "product"]],
      }),
    ],
    {
      title: l10n.t("Group"),
      description: [
        l10n.t("The column, or list of columns, that identifies the series, such as a station or a person."),
        l10n.t(
          "Rows with the same value are one series in the order of the file; windows never cross from one to another.",
        ),
        l10n.t("The last part of each series is for validation. Series with too few rows for a window are not used."),
      ].join(" "),
      default: "",
    },
  ),
  reset: Type.String({
    title: l10n.t("Reset column"),
    description: [
      l10n.t("A column with 1 in each row at which an episode starts, and 0 in the others; or true and false."),
      l10n.t("Each episode is a series of its own: windows never cross its start, and its state starts from zero."),
    ].join(" "),
    maxLength: 200,
    default: "",
  }),
  season: Type.Integer({
    title: l10n.t("Season"),
    description: [
      l10n.t("Rows after which the series repeats itself, such as the months of a year or the hours of a day."),
      l10n.t("MASE and backtests compare with repeating the value of one season before; 1 is the row before."),
      l10n.t("Training does not depend on it."),
    ].join(" "),
    minimum: 1,
    maximum: 100_000,
    default: 1,
  }),
  stream: Type.Boolean({
    title: l10n.t("Carry state over"),
    description: [
      l10n.t("If true, each window starts from the final state of the previous window of its series."),
      l10n.t("The first window of a series starts from a zero state."),
      l10n.t("It requires a `stride` equal to `length`, and a number as `batchSize`."),
    ].join(" "),
    default: false,
  }),
};
