/** How a table is written, and what is read from it: keys of the csv task. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import { TIME_FORMATS } from "../../tables/timeText";
import { closed } from "./closed";

const lineCount = (title: string, description: string) =>
  Type.Union(
    [
      Type.Literal("auto", { title: "auto", description: l10n.t("Recognized from the file.") }),
      Type.Integer({ title: l10n.t("lines"), description: l10n.t("This many lines."), minimum: 0, maximum: 10_000 }),
    ],
    { title, description, default: "auto" },
  );

const KINDS = ["number", "category", "time"] as const;
const ENCODINGS = [
  "auto",
  "one-hot",
  "index",
  "elapsed",
  "hour-of-day",
  "day-of-week",
  "day-of-month",
  "month-of-year",
] as const;
const CATEGORY_EXAMPLE = '{ "name": "wind", "kind": "category" }';

function list(values: readonly string[]): string {
  return values.map((value) => `\`"${value}"\``).join(", ");
}

const ColumnEntry = Type.Object(
  {
    name: Type.String({
      title: l10n.t("Name"),
      description: l10n.t("Name of the column, as in the header."),
      minLength: 1,
      maxLength: 200,
    }),
    kind: Type.Enum([...KINDS], {
      title: l10n.t("Kind"),
      description: l10n.t("What the values of the column are."),
      enumDescriptions: [
        l10n.t("Numbers, also with a percent or currency sign."),
        l10n.t("Words, or numbers used as names."),
        l10n.t("Dates, times of day, or both."),
      ],
      default: "number",
    }),
    encoding: Type.Enum([...ENCODINGS], {
      title: l10n.t("Encoding"),
      description: l10n.t("How a category or a time becomes inputs."),
      enumDescriptions: [
        l10n.t("one-hot for categories, elapsed for times."),
        l10n.t("One input for each category, which is 1 for its rows and 0 for the others."),
        l10n.t("The index of the category, in the order of the first appearance."),
        l10n.t("Days since the first row."),
        l10n.t("Sine and cosine of the time of day: two inputs."),
        l10n.t("Sine and cosine of the time within the week: two inputs."),
        l10n.t("Sine and cosine of the time within the month: two inputs."),
        l10n.t("Sine and cosine of the time within the year: two inputs."),
      ],
      default: "auto",
    }),
    format: Type.Enum(["auto", ...TIME_FORMATS], {
      title: l10n.t("Format"),
      description: l10n.t(
        "How times are written; hyphen, slash and point are the same. Times without a zone are in UTC.",
      ),
      default: "auto",
    }),
  },
  {
    ...closed,
    title: l10n.t("column"),
    description: l10n.t("A column with its kind and encoding."),
  },
);

export const Columns = Type.Array(
  Type.Union([Type.String({ minLength: 1, maxLength: 200 }), ColumnEntry], {
    title: l10n.t("Input column"),
    description: l10n.t("The name of a column of numbers, or an object for a column of categories or times."),
  }),
  {
    title: l10n.t("Input columns"),
    description: [
      l10n.t("Names of the input columns. Start with the target's own past; add other columns if they lower the loss."),
      l10n.t("A column of categories or times is an object, for example {0}.", `\`${CATEGORY_EXAMPLE}\``),
      l10n.t("Its keys are {0}.", list(["name", "kind", "encoding", "format"])),
      l10n.t("Kinds: {0}. Encodings: {1}. Formats of times: {2}.", list(KINDS), list(ENCODINGS), list(TIME_FORMATS)),
    ].join(" "),
    examples: [["value"]],
    minItems: 1,
    maxItems: 100,
  },
);

const Missing = Type.Union(
  [
    Type.Null({ title: l10n.t("no missing values"), description: l10n.t("A missing value is an error.") }),
    Type.Object(
      {
        fill: Type.Enum(["forward", "linear", "mean", "drop", "mask"], {
          title: l10n.t("Fill"),
          description: l10n.t(
            "What takes the place of a missing value. Use `forward` if later values are not known, as in a forecast.",
          ),
          enumDescriptions: [
            l10n.t("The last value before it. Rows before the first value are left out."),
            l10n.t("The straight line between its neighbors, which looks ahead; the nearest value at both ends."),
            l10n.t("The mean of the training rows."),
            l10n.t("The row is left out, so that its neighbors become consecutive."),
            l10n.t("The mean, and for each input column with missing values one more input that marks them."),
          ],
          default: "forward",
        }),
        markers: Type.Array(Type.String({ minLength: 1, maxLength: 40 }), {
          title: l10n.t("Markers"),
          description: l10n.t(
            "Texts that stand for a missing value, besides an empty cell. Write numbers that do as text, too.",
          ),
          examples: [["NA"]],
          minItems: 0,
          maxItems: 50,
          default: [],
        }),
      },
      {
        ...closed,
        title: l10n.t("fill"),
        description: l10n.t(
          "Missing values are filled. Times are never filled; a missing category counts as a category of its own.",
        ),
      },
    ),
  ],
  {
    title: l10n.t("Missing values"),
    description: l10n.t(
      "How to treat cells that are empty or have a marker, for example {0}. If null, they are an error.",
      '`{ "markers": ["NA"], "fill": "forward" }`',
    ),
    default: null,
  },
);

/** Which a table's own writing decides, and which are recognized where they are left out. */
export const tableKeys = {
  delimiter: Type.Enum(["auto", ",", ";", "tab", "|", "space"], {
    title: l10n.t("Delimiter"),
    description: l10n.t(
      "What separates the columns. If `auto`, it is recognized and printed; if more than one fits, it is an error.",
    ),
    enumDescriptions: [
      l10n.t("Recognized from the file."),
      l10n.t("A comma."),
      l10n.t("A semicolon."),
      l10n.t("A tab."),
      l10n.t("A vertical bar."),
      l10n.t("Spaces, tabs, or several of them."),
    ],
    default: "auto",
  }),
  decimal: Type.Enum(["auto", ".", ","], {
    title: l10n.t("Decimal mark"),
    description: l10n.t(
      "The decimal mark. If `auto`, it is recognized; set it if every number could be read both ways.",
    ),
    enumDescriptions: [l10n.t("Recognized from the file."), l10n.t("A point."), l10n.t("A comma.")],
    default: "auto",
  }),
  thousands: Type.Enum(["auto", "none", ",", ".", " ", "'"], {
    title: l10n.t("Grouping mark"),
    description: l10n.t(
      "The mark between groups of three digits. If `auto`, it is recognized; it cannot be the decimal mark.",
    ),
    enumDescriptions: [
      l10n.t("Recognized from the file."),
      l10n.t("No grouping mark."),
      l10n.t("A comma."),
      l10n.t("A point."),
      l10n.t("A space, which can be a no-break space."),
      l10n.t("An apostrophe."),
    ],
    default: "auto",
  }),
  header: Type.Union(
    [
      Type.Literal("auto", { title: "auto", description: l10n.t("Recognized from the file.") }),
      Type.Integer({ title: l10n.t("lines"), description: l10n.t("This many lines."), minimum: 0, maximum: 2 }),
    ],
    {
      title: l10n.t("Header"),
      description: [
        l10n.t("Number of header lines: one for names, two for names and units; 0 means no header."),
        l10n.t("Columns without names are {0} and so on.", list(["column1", "column2"])),
      ].join(" "),
      default: "auto",
    },
  ),
  skip: lineCount(
    l10n.t("Skipped lines"),
    l10n.t(
      "Number of lines above the header that are not part of the table, such as a title. If `auto`, it is recognized.",
    ),
  ),
  footer: lineCount(
    l10n.t("Footer"),
    l10n.t("Number of lines at the end that are not part of the table, such as a total. If `auto`, it is recognized."),
  ),
  comment: Type.Enum(["auto", "none", "#", "%", "//"], {
    title: l10n.t("Comment"),
    description: l10n.t("Lines that start with this text are not part of the table. If `auto`, it is recognized."),
    enumDescriptions: [
      l10n.t("Recognized from the file."),
      l10n.t("The table has no comments."),
      l10n.t("A number sign."),
      l10n.t("A percent sign."),
      l10n.t("Two slashes."),
    ],
    default: "auto",
  }),
  missing: Missing,
  order: Type.Enum(["file", "reverse"], {
    title: l10n.t("Order"),
    description: l10n.t("The order in which the rows are read. Time has to run forward."),
    enumDescriptions: [
      l10n.t("As they stand in the file."),
      l10n.t("From the last row to the first, for a table that starts with the newest."),
    ],
    default: "file",
  }),
  accept: Type.Array(Type.Number(), {
    title: l10n.t("Accepted values"),
    description: l10n.t("Numbers that are right although they are far from all others: they are not reported."),
    minItems: 0,
    maxItems: 50,
    default: [],
  }),
};
