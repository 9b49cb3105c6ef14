/** The first half of reading a file: from text to a tree of JSON values, safe for any text. */
import * as l10n from "@vscode/l10n";
import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import type { JsonPath } from "../schema/jsonSchema";
import { describeValue } from "../../lib/outsideText";
import { formatPath } from "../schema/formatPath";
import { MAX_PROBLEMS, type Problem, type ProblemCode, type TextRange } from "../schema/problem";

/** UTF-16 units. An experiment has some hundred; beyond this, reading would block the editor. */
export const MAX_TEXT_LENGTH = 1_000_000;
/**
 * An experiment opens about ten. jsonc-parser recurses at each and overflows the stack at some thousand; so this also
 * bounds the depth.
 */
export const MAX_BRACKETS = 1_000;

// Values of jsonc-parser's const enum SyntaxKind, which isolated modules cannot import.
const OPEN_BRACE = 1,
  OPEN_BRACKET = 3,
  END_OF_FILE = 17;

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  InvalidSymbol: l10n.t(
    "This is not valid JSON. Put text in double quotes; other values are numbers, true, false, and null.",
  ),
  InvalidNumberFormat: l10n.t("This is not a valid JSON number. Write, for example, 10, -1.5, or 1e-3."),
  PropertyNameExpected: l10n.t("Expected a key in double quotes."),
  ValueExpected: l10n.t("Expected a value."),
  ColonExpected: l10n.t("Expected a colon between the key and its value."),
  CommaExpected: l10n.t("Expected a comma after the previous value."),
  CloseBraceExpected: l10n.t("Expected a closing }."),
  CloseBracketExpected: l10n.t("Expected a closing ]."),
  EndOfFileExpected: l10n.t("Unexpected text after the end of the experiment. Remove everything after its closing }."),
  UnexpectedEndOfComment: l10n.t("Unterminated comment. Close it with */."),
  UnexpectedEndOfString: l10n.t("Unterminated string. Close it with a double quote on the same line."),
  UnexpectedEndOfNumber: l10n.t("Incomplete number. Add the missing digits."),
  InvalidUnicode: l10n.t("Invalid escape sequence. Write \\u and four hexadecimal digits."),
  InvalidEscapeCharacter: l10n.t("Invalid escape sequence. Write \\\\ for a backslash."),
  InvalidCharacter: l10n.t("Control characters are not allowed. Use an escape sequence, for example \\n or \\t."),
};

export interface SyntaxResult {
  /** The whole tree when it can be relied on, else null. */
  readonly root: Node | null;
  readonly problems: readonly Problem[];
}

export function readTree(source: string): SyntaxResult {
  if (source.length > MAX_TEXT_LENGTH) {
    return only(
      "file-too-large",
      l10n.t(
        "The file has {0} characters; the maximum is {1}. Check that it is an experiment file.",
        source.length,
        MAX_TEXT_LENGTH,
      ),
      { offset: 0, length: 1 },
    );
  }
  // A byte order mark is no part of the text; a blank in its place keeps the offsets.
  const text = source.startsWith("\uFEFF") ? ` ${source.slice(1)}` : source;
  const excess = findExcessBracket(text);
  if (excess !== null)
    return only(
      "too-many-brackets",
      l10n.t(
        "The file has more than {0} opening brackets; an experiment has about 10. Check that it is an experiment file.",
        MAX_BRACKETS,
      ),
      excess,
    );

  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined && errors.length <= 1 && isBlank(text))
    return only("empty-file", l10n.t("The file is empty. Write {0} for an experiment with all defaults.", "{}"), {
      offset: 0,
      length: text.length,
    });
  if (root === undefined || errors.length > 0)
    return { root: null, problems: firstOfEachLine(errors, text).map((error) => syntaxProblem(error, text.length)) };
  const problems: Problem[] = [];
  collectValueProblems(root, [], problems);
  return { root, problems };
}

function findExcessBracket(text: string): TextRange | null {
  const scanner = createScanner(text, true);
  let opened = 0;
  for (let token: number = scanner.scan(); token !== END_OF_FILE; token = scanner.scan()) {
    if ((token === OPEN_BRACE || token === OPEN_BRACKET) && ++opened > MAX_BRACKETS)
      return { offset: scanner.getTokenOffset(), length: 1 };
  }
  return null;
}

/** True when a text without errors but a missing value holds nothing but blanks and comments. */
function isBlank(text: string): boolean {
  const scanner = createScanner(text, true);
  return Number(scanner.scan()) === END_OF_FILE && Number(scanner.getTokenError()) === 0;
}

/** One mistake makes the parser stumble several times; what it says first about a line is what helps. */
function firstOfEachLine(errors: readonly ParseError[], text: string): ParseError[] {
  const kept: ParseError[] = [];
  for (const error of errors) {
    const previous = kept.at(-1);
    if (
      kept.length < MAX_PROBLEMS &&
      (previous === undefined || /[\r\n]/.test(text.slice(previous.offset, error.offset)))
    )
      kept.push(error);
  }
  return kept;
}

function syntaxProblem({ error, offset, length }: ParseError, textLength: number): Problem {
  const message = SYNTAX_MESSAGES[printParseErrorCode(error)] ?? l10n.t("This is not valid JSON.");
  // At the end of the file there is nothing to mark but the last character.
  const start = Math.max(Math.min(offset, textLength - 1), 0);
  return {
    code: "syntax",
    layer: "text",
    severity: "error",
    message,
    path: [],
    range: { offset: start, length: Math.min(Math.max(length, 1), textLength - start) },
  };
}

/** What JSON allows and an experiment does not. Depth is bounded by MAX_BRACKETS. */
function collectValueProblems(node: Node, path: JsonPath, problems: Problem[]): void {
  if (problems.length >= MAX_PROBLEMS) return;
  if (node.type === "number" && !Number.isFinite(node.value)) {
    problems.push(
      textProblem(
        "not-finite",
        l10n.t(
          "{0} is too large for a 64-bit float, whose limit is about 1.8e308. Write a smaller number.",
          formatPath(path),
        ),
        path,
        node,
      ),
    );
  } else if (node.type === "array") {
    node.children?.forEach((child, index) => collectValueProblems(child, [...path, index], problems));
  } else if (node.type === "object") {
    const seen = new Set<string>();
    for (const property of node.children ?? []) {
      const [keyNode, valueNode] = property.children ?? [];
      if (keyNode === undefined) continue;
      const key = String(keyNode.value);
      const keyPath = [...path, key];
      if (FORBIDDEN_KEYS.has(key))
        problems.push(
          textProblem(
            "forbidden-key",
            l10n.t("{0} is not allowed as a key. Remove it.", describeValue(key)),
            keyPath,
            keyNode,
          ),
        );
      else if (seen.has(key))
        problems.push(
          textProblem(
            "duplicate-key",
            l10n.t("{0} is specified twice. Remove one of them.", formatPath(keyPath)),
            keyPath,
            keyNode,
          ),
        );
      seen.add(key);
      if (valueNode !== undefined) collectValueProblems(valueNode, keyPath, problems);
    }
  }
}

function textProblem(code: ProblemCode, message: string, path: JsonPath, { offset, length }: TextRange): Problem {
  return { code, layer: "text", severity: "error", message, path, range: { offset, length } };
}

function only(code: ProblemCode, message: string, range: TextRange): SyntaxResult {
  return { root: null, problems: [textProblem(code, message, [], range)] };
}
