/** The part of an exported script that reads the cells of a table, as scanTable does, in the dialect of the run. */
import type { SourceTable } from "../core/training/trainingSource";
import type { WantedColumn } from "../tables/cellColumn";
import { numberIn } from "../tables/numberText";
import type { TableReading } from "../tables/readTable";
import { SHORT_YEARS, timePattern, type TimeFormat } from "../tables/timeText";
import { pythonText, pythonTexts } from "./pythonText";

/** The rows of the table, then functions for the kinds of its cells. */
export function cellLines(source: SourceTable): string[] {
  const { reading } = source.table;
  const times = reading.columns.filter(({ kind }) => kind === "time");
  const formats = [...new Set(times.map(({ format }) => format!))];
  return [
    ...rowLines(reading),
    "",
    "",
    ...valueLines(source),
    ...(reading.columns.some(({ kind }) => kind === "number") ? ["", "", ...numberLines(source)] : []),
    ...(formats.some((format) => format !== "unix") ? ["", "", ...CLOCK] : []),
    ...formats.flatMap((format) => ["", "", ...timeLines(format)]),
  ];
}

/** Of a column: the function that reads its cells. */
export function cellFunction({ kind, format }: WantedColumn): string {
  return kind === "number" ? "number" : kind === "category" ? "str" : timeFunction(format!);
}

function timeFunction(format: TimeFormat): string {
  return `time_${format.toLowerCase().replace(/[^a-z]+/g, "_")}`;
}

function rowLines({ dialect, width, readsEmptyLines }: TableReading): string[] {
  const { delimiter, skip, comment, header, footer } = dialect;
  const passes = [
    ...(skip > 0 ? [`line <= ${skip}`] : []),
    ...(comment === "" ? [] : [`text.startswith("${comment}", at)`]),
  ];
  return [
    cellPattern(delimiter),
    ...(passes.length > 0 ? ['LINE = re.compile(r"[^\\r\\n]*(?:\\r\\n|\\r|\\n|\\Z)")'] : []),
    "",
    "",
    "def read_rows(text):  # the line and the cells of each row; blanks around a cell are no part of it",
    "    rows, at, line = [], 0, 1",
    "    while at < len(text):",
    ...(passes.length > 0
      ? [
          `        if ${passes.join(" or ")}:  # not a part of the table`,
          "            at, line = LINE.match(text, at).end(), line + 1",
          "            continue",
        ]
      : []),
    "        begin, cells, separator = at, [], True",
    "        while separator:",
    "            quoted, plain, separator, _ = (found := CELL.match(text, at)).groups()",
    "            cells.append(plain.strip() if quoted is None else quoted.replace('\"\"', '\"').strip())",
    "            at = found.end()",
    readsEmptyLines
      ? `        if cells != [""] or len(rows) > ${header}:  # an empty line between rows is a row without its value`
      : '        if cells != [""]:',
    "            rows.append((line, cells))",
    '        line += len(re.findall(r"\\r\\n|\\r|\\n", text[begin:at]))',
    ...(readsEmptyLines ? ['    while rows[-1][1] == [""]:', "        rows.pop()"] : []),
    `    for line, cells in rows[:${footer === 0 ? "" : `-${footer}`}]:`,
    `        if len(cells) < ${width} or any(cells[${width}:]):`,
    `            fail(line, f"{len(cells)} values instead of ${width}")`,
    `    return rows[:${header}], rows[${header}:${footer === 0 ? "" : `-${footer}`}]`,
  ];
}

/** One cell, in quotes or plain, and what ends it. A blank as delimiter stands for any number of them. */
function cellPattern(delimiter: string): string {
  const isBlank = delimiter === " ";
  const within = isBlank ? "[^ \\t\\r\\n]" : `[^${delimiter === "\t" ? "\\t" : delimiter}\\r\\n]`;
  const blanks = delimiter === "\t" ? "[ ]*" : "[ \\t]*";
  const separator = isBlank
    ? "([ \\t]+(?![ \\t\\r\\n]|\\Z))?[ \\t]*"
    : `(${{ "\t": "\\t", "|": "\\|" }[delimiter] ?? delimiter})?`;
  const end = "(?(3)|(\\r\\n|\\r|\\n|\\Z))";
  return `CELL = re.compile(r'${blanks}(?:"((?:[^"]|"")*)"${within}*|(${within}*))${separator}${end}')`;
}

/** What stands in a cell without a value, and what does with one that is not of its kind. */
function valueLines({ task, table: { reading } }: SourceTable): string[] {
  const { dialect } = reading;
  const markers = task.missing === null ? [] : ["", ...dialect.markers];
  const numbers = markers.map((text) => {
    const value = numberIn(text, dialect);
    return Number.isNaN(value) ? numberIn(text, { decimal: ".", thousands: "" }) : value;
  });
  const marked = [...new Set(numbers.filter((value) => !Number.isNaN(value)))];
  return [
    `MISSING = set(${pythonTexts(markers)})  # texts of cells without a value`,
    "",
    "",
    "def fail(line, text):",
    '    raise SystemExit(f"{TABLE}: line {line}: {text}")',
    "",
    "",
    "def read_column(place, value_of):  # None where there is no value, for numbers and times NaN",
    "    values, none = [], None if value_of is str else math.nan",
    "    for line, cells in rows:",
    "        try:",
    "            values.append(none if cells[place] in MISSING else value_of(cells[place]))",
    "        except ValueError:",
    '            kind = value_of.__name__.partition("_")[0]',
    '            fail(line, f"{cells[place]!r} in column {place + 1} is not a {kind}")',
    ...(marked.length > 0 && reading.columns.some(({ kind }) => kind === "number")
      ? [
          "    if value_of is number:",
          `        return [math.nan if value in [${marked.join(", ")}] else value for value in values]`,
          "    return values",
        ]
      : ["    return values"]),
  ];
}

function numberLines({ table: { reading }, hasPercent, hasCurrency }: SourceTable): string[] {
  const { decimal, thousands } = reading.dialect;
  const signs = "$\\u20ac\\u00a3\\u00a5";
  const blanks = "\\u00a0\\u2007\\u2009\\u202f";
  const groups = `[+-]?[0-9]{1,3}(?:${thousands === "." ? "\\." : thousands}[0-9]{3})+`;
  return [
    'NUMBER = re.compile(r"[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?")',
    "",
    "",
    "def number(text):",
    ...(hasPercent ? ['    percent = text.endswith("%")', "    text = text[:-1].strip() if percent else text"] : []),
    ...(hasCurrency
      ? [
          '    sign = text[:1] if text.startswith(("+", "-")) else ""',
          `    amount = re.sub("^[${signs}]|[${signs}]$", "", text[len(sign):].strip(), count=1).strip()`,
          '    text = "" if sign and amount.startswith(("+", "-")) else sign + amount',
        ]
      : []),
    ...(thousands === " " ? [`    text = re.sub("[${blanks}]", " ", text)`] : []),
    ...(thousands === ""
      ? []
      : [
          `    whole, mark, rest = text.partition("${decimal}")`,
          `    if re.fullmatch(r"${groups}", whole):`,
          `        text = whole.replace("${thousands}", "") + mark + rest`,
        ]),
    ...(decimal === "," ? ['    text = "" if "." in text else text.replace(",", ".", 1)'] : []),
    "    if not NUMBER.fullmatch(text) or math.isinf(float(text)):",
    "        raise ValueError",
    hasPercent ? "    return float(text) / 100 if percent else float(text)" : "    return float(text)",
  ];
}

const CLOCK = `def clock(hours, minutes, seconds, fraction):  # in milliseconds
    hours, minutes, seconds = int(hours), int(minutes), int(seconds or 0)
    if hours > 24 or minutes > 59 or seconds > 60 or hours == 24 and minutes + seconds > 0:
        raise ValueError
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + (float(f"0.{fraction}") * 1000 if fraction else 0)`.split(
  "\n",
);

/** Milliseconds since 1970 in UTC, or since midnight. */
function timeLines(format: TimeFormat): string[] {
  const name = timeFunction(format);
  if (format === "unix")
    return [
      `def ${name}(text):  # seconds since 1970 in milliseconds`,
      '    if not re.fullmatch(r"-?[0-9]{1,13}(\\.[0-9]+)?", text):',
      "        raise ValueError",
      "    return math.floor(float(text) * 1000 + 0.5)",
    ];
  const { source, date } = timePattern(format);
  const pattern = source
    .replace(/^\^|\$$/g, "")
    .replaceAll("\\/", "/")
    .replaceAll("\\d", "[0-9]");
  const start = [
    `def ${name}(text):  # ${pythonText(format).slice(1, -1)}, in milliseconds${date === null ? "" : " since 1970"}`,
    `    found = re.fullmatch(r"${pattern}", text)`,
    "    if found is None:",
    "        raise ValueError",
  ];
  if (date === null) return [...start, "    return clock(*found.group(1, 2, 3, 4))"];
  const [year, month, day] = date;
  const isShort = !format.includes("YYYY");
  const isWord = format.includes("MMM");
  return [
    ...start,
    `    year = int(found[${year}])`,
    ...(isShort ? [`    year += 1900 if 1900 + year >= ${SHORT_YEARS.first} else 2000`] : []),
    isWord
      ? `    month = "janfebmaraprmayjunjulaugsepoctnovdec".find(found[${month}][:3].lower()) / 3 + 1`
      : `    month = int(found[${month}])`,
    ...(isWord ? ["    if month != int(month):", "        raise ValueError"] : []),
    `    date = datetime.date(year, int(month), int(found[${day}] or 1))`,
    "    days = date.toordinal() - datetime.date(1970, 1, 1).toordinal()",
    "    if found[4] is None:",
    "        return days * 86400000",
    '    zone = "+00:00" if found[8] in (None, "Z") else found[8]',
    '    ahead = (int(zone[1:3]) * 60 + int(zone[-2:])) * (-1 if zone[0] == "-" else 1)',
    "    return days * 86400000 + clock(*found.group(4, 5, 6, 7)) - ahead * 60000",
  ];
}
