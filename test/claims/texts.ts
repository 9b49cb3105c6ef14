/** The texts in which claims about training stand, and the numbers in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Pages that speak about training. Those left out are about the program: speed (which the benchmarks measure), files,
 * editing, sharing, the style guide. docs/experiment-file.md is written from the help texts.
 */
const PAGES = [
  "README.md",
  "examples/README.md",
  "docs/baselines.md",
  "docs/course.md",
  "docs/diagnosis.md",
  "docs/gradient-through-time.md",
  "docs/sequences-and-cells.md",
  "docs/views.md",
  "docs/weights.md",
];

export interface Text {
  /** From the project's folder. */
  readonly file: string;
  /** As it is read: without comment signs and line breaks. */
  readonly text: string;
}

/** @param root the project's folder */
export function readTexts(root: string): Text[] {
  const read = (file: string): string => readFileSync(join(root, file), "utf8");
  const json = (file: string): [string, string][] =>
    Object.entries(JSON.parse(read(file)) as Record<string, string | { message: string }>).map(([key, value]) => [
      key,
      typeof value === "string" ? value : value.message,
    ]);
  const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".rnn.json"));
  return [
    ...examples.map((name) => ({ file: `examples/${name}`, text: joinLines(commentsOf(read(`examples/${name}`))) })),
    ...PAGES.map((file) => ({ file, text: joinLines(withoutCode(withoutSpeeds(file, read(file)))) })),
    {
      file: "package.nls.json",
      text: json("package.nls.json")
        .filter(([key]) => key.startsWith("walkthrough."))
        .map(([, value]) => joinLines(value.replace(/\]\(command:[^)]*\)/g, "]")))
        .join("\n"),
    },
    {
      file: "l10n/bundle.l10n.json",
      text: json("l10n/bundle.l10n.json")
        .map(([, value]) => joinLines(value))
        .join("\n"),
    },
  ];
}

function commentsOf(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => /^\s*\/\/ ?(.*)$/.exec(line)?.[1] ?? [])
    .join("\n");
}

/** README without its table of speeds, which the benchmarks measure. */
function withoutSpeeds(file: string, text: string): string {
  return file === "README.md" ? text.replace(/^## Measured$.*?(?=^## )/ms, "") : text;
}

/** A page without its fenced blocks, pictures and addresses. */
function withoutCode(text: string): string {
  return text
    .replace(/^(```|~~~).*?^\1\s*$/gms, "")
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

export function joinLines(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

export interface NumberPlace {
  readonly token: string;
  readonly from: number;
  readonly to: number;
}

const WORDS =
  "half|halves|third|thirds|quarter|quarters|fifth|tenth|twice|tenfold|ten|twelve|twenty|thirty|forty|fifty|hundred|hundreds|thousand|thousands|million|millions|dozen";
/** Numbers with their signs, powers and units, and words that stand for numbers. */
const NUMBER = new RegExp(
  String.raw`(?<![\w.{#-])(?:\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+−]?\d+)?)(?![\w}])|\b(?:${WORDS})\b`,
  "gi",
);
/**
 * What carries digits and says nothing: names, files and code, years and places of sources, headings' and steps'
 * numbers, placeholders.
 */
const NO_NUMBERS = [
  /`[^`]*`/g,
  /\b[a-z]+_[\w()+−-]+(?:\s*[=·*]\s*[\w()^+−-]+)*/gi,
  /(?<=, )(?:1[89]|20)\d\d\b/g,
  /(?<=\()(?:1[89]|20)\d\d(?=\))/g,
  /\b(?:experiments?|examples?|lessons?) \d+(?:(?:,| and| to) \d+)*/gi,
  /(?:^|\s)\d+\.(?=\s[A-Z])/g,
  /\{\d+\}/g,
  /\b\d+-bit\b/g,
  /\b[a-z]+\/\d+(?:-[a-z]+)+/g,
  /\b(?:equation|section|figure|table|chapter) \d+(?:\.\d+)*/gi,
];

/** Numbers in a text that a reader takes for facts. 0 and 1 stand for too much to be asked about, 1 as a share too. */
export function numbersOf(text: string): NumberPlace[] {
  let bare = text;
  for (const pattern of NO_NUMBERS) bare = bare.replace(pattern, (match) => " ".repeat(match.length));
  return [...bare.matchAll(NUMBER)]
    .filter(([token]) => token !== "0" && token !== "1")
    .map(({ 0: token, index }) => ({ token, from: index, to: index + token.length }));
}
