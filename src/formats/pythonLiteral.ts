/**
 * The literals of Python that the header of a .npy file consists of: dictionaries, tuples, lists, strings, integers,
 * True, False and None. Nothing is evaluated.
 */
import * as l10n from "@vscode/l10n";

/** Tuples and lists are both lists. */
export type PythonValue =
  string | number | boolean | null | readonly PythonValue[] | { readonly [key: string]: PythonValue };

/** Deeper headers are none that NumPy writes. */
const MAX_DEPTH = 32;
const TOKEN = /[{}()[\],:]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d+L?|[A-Za-z]+/y;
const WORDS: ReadonlyMap<string, PythonValue> = new Map<string, PythonValue>([
  ["True", true],
  ["False", false],
  ["None", null],
]);

/** @throws Error when it is no such literal, or something follows it */
export function readPythonLiteral(text: string): PythonValue {
  const reader = new LiteralReader(text);
  const value = reader.readValue(0);
  reader.requireEnd();
  return value;
}

class LiteralReader {
  private at = 0;
  private token: string | null;

  constructor(private readonly text: string) {
    this.token = this.nextToken();
  }

  readValue(depth: number): PythonValue {
    if (depth > MAX_DEPTH) throw this.problem();
    const token = this.take();
    if (token === "{") return this.readEntries(depth);
    if (token === "(") return this.readItems(")", depth);
    if (token === "[") return this.readItems("]", depth);
    if (/^['"]/.test(token)) return unquote(token);
    // Python 2 wrote large integers with an L.
    if (/^\d/.test(token)) return Number(token.replace("L", ""));
    const word = WORDS.get(token);
    if (word === undefined) throw this.problem();
    return word;
  }

  requireEnd(): void {
    if (this.token !== null) throw this.problem();
  }

  private readEntries(depth: number): PythonValue {
    const entries: [string, PythonValue][] = [];
    while (this.token !== "}") {
      const key = this.readValue(depth + 1);
      if (typeof key !== "string") throw this.problem();
      this.expect(":");
      entries.push([key, this.readValue(depth + 1)]);
      if (this.token !== "}") this.expect(",");
    }
    this.expect("}");
    return Object.fromEntries(entries);
  }

  private readItems(close: string, depth: number): PythonValue {
    const items: PythonValue[] = [];
    while (this.token !== close) {
      items.push(this.readValue(depth + 1));
      // (3) is 3, (3,) a tuple.
      if (this.token === close && close === ")" && items.length === 1) {
        this.expect(close);
        return items[0]!;
      }
      if (this.token !== close) this.expect(",");
    }
    this.expect(close);
    return items;
  }

  private expect(token: string): void {
    if (this.take() !== token) throw this.problem();
  }

  private take(): string {
    const { token } = this;
    if (token === null) throw this.problem();
    this.token = this.nextToken();
    return token;
  }

  private nextToken(): string | null {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
    if (this.at >= this.text.length) return null;
    TOKEN.lastIndex = this.at;
    const [token] = TOKEN.exec(this.text) ?? [];
    if (token === undefined) throw this.problem();
    this.at = TOKEN.lastIndex;
    return token;
  }

  private problem(): Error {
    return new Error(l10n.t("the header is not a Python literal near character {0}", this.at + 1));
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Of the escapes that Python writes for names: \\, \', \n, \xhh, \uhhhh and \Uhhhhhhhh. */
function unquote(token: string): string {
  return token
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gis, (_whole, x, u, long, other: string) => {
      const code = (x ?? u ?? long) as string | undefined;
      if (code === undefined) return ESCAPES[other] ?? other;
      const codePoint = parseInt(code, 16);
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : "\uFFFD";
    });
}
