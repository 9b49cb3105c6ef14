import * as l10n from "@vscode/l10n";

export type Delimiter = "," | ";" | "\t" | "|" | " ";

/** How a table is written, with nothing left to guess. A quote is always `"`, doubled within quotes. */
export interface Dialect {
  /** A blank stands for any run of blanks and tabs. */
  readonly delimiter: Delimiter;
  readonly decimal: "." | ",";
  /** Between groups of three digits; a blank stands for no-break spaces, too. */
  readonly thousands: "" | "," | "." | " " | "'";
  /** Lines above the header, empty ones and comments included. */
  readonly skip: number;
  /** Records of the header: 0 none, 1 names, 2 names and units. */
  readonly header: number;
  /** Records at the end that are not part of the table. */
  readonly footer: number;
  /** Lines that start with it are not part of the table; empty: there are none. */
  readonly comment: "" | "#" | "%" | "//";
  /** Besides the empty cell. */
  readonly markers: readonly string[];
}

/** The keys of an experiment that say how its table is written. What is "auto" is recognized. */
export interface TableKeys {
  readonly delimiter: "auto" | "," | ";" | "tab" | "|" | "space";
  readonly decimal: "auto" | "." | ",";
  readonly thousands: "auto" | "none" | "," | "." | " " | "'";
  readonly header: "auto" | number;
  readonly skip: "auto" | number;
  readonly footer: "auto" | number;
  readonly comment: "auto" | "none" | "#" | "%" | "//";
  /** Null where no value may be missing. */
  readonly missing: { readonly markers: readonly string[]; readonly fill?: unknown } | null;
  /** In which rows are read: as they stand, or the last one first. */
  readonly order: "file" | "reverse";
  /** Values that are meant, however far they are from the others. */
  readonly accept: readonly number[];
}

/** Nothing is said about the table. */
export const AUTO_KEYS: TableKeys = {
  delimiter: "auto",
  decimal: "auto",
  thousands: "auto",
  header: "auto",
  skip: "auto",
  footer: "auto",
  comment: "auto",
  missing: null,
  order: "file",
  accept: [],
};

export const DELIMITERS: readonly Delimiter[] = [",", ";", "\t", "|", " "];

export function delimiterOf(key: Exclude<TableKeys["delimiter"], "auto">): Delimiter {
  return key === "tab" ? "\t" : key === "space" ? " " : key;
}

/** As the experiment file has it. */
export function delimiterKey(delimiter: Delimiter): Exclude<TableKeys["delimiter"], "auto"> {
  return delimiter === "\t" ? "tab" : delimiter === " " ? "space" : delimiter;
}

/** In a sentence: "separated by semicolons". */
export function describeDelimiter(delimiter: Delimiter): string {
  switch (delimiter) {
    case ",":
      return l10n.t("separated by commas");
    case ";":
      return l10n.t("separated by semicolons");
    case "\t":
      return l10n.t("separated by tabs");
    case "|":
      return l10n.t("separated by vertical bars");
    case " ":
      return l10n.t("separated by spaces");
  }
}
