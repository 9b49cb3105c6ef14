import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { collectClasses, collectFunctions, collectLongLines, MAX_COLUMNS, parse } from "./sizes";

const ROOT = resolve(import.meta.dirname, "../..");

/** A screen. A test may be a little longer: it reads from top to bottom, without branches. */
const MAX_LINES = { function: 60, test: 80 } as const;
const MAX_FIELDS = 15;
const MAX_PUBLIC_MEMBERS = 25;
/** Lines that are one literal: sentences that a person reads, test titles, patterns. May go down, not up. */
const MAX_LONG_LITERALS = 420;

/** What is larger than the rules say, by file and name, and why it is easier to read in one piece. */
const LARGE_FUNCTIONS: Readonly<Record<string, string>> = {
  "src/kernel/assembly/lstmCell.ts lstmCellBackward":
    "one pass over memory, in two halves of a row: what it holds in registers cannot be passed to another function",
  "src/kernel/assembly/gruCell.ts gruCellBackward": "the same",
  "src/kernel/assembly/minCell.ts mingruBackwardPanel": "the same",
  "src/kernel/assembly/minCell.ts minlstmBackwardPanel": "the same",
  "src/kernel/assembly/lruCell.ts lruBackwardPanel": "the same",
  "src/kernel/assembly/rglruCell.ts rglruBackwardPanel": "the same",
  "src/kernel/assembly/slstmCell.ts slstmCellBackward": "the same",
  "webview/ui/controlRules.ts controlsFor": "a table: one row a control, with what it does and says in each phase",
};
const LARGE_CLASSES: Readonly<Record<string, string>> = {
  "src/kernel/assembly/layerPlan.ts LayerPlan":
    "a struct in memory that two languages share: its fields are the arguments of a layer's pass",
  "src/kernel/assembly/diagonalPlan.ts DiagonalPlan": "the same",
  "webview/svg/svgPen.ts SvgPen": "stands in for a canvas context, whose properties and methods it has to have",
  "webview/chart/card.ts ChartCard": "the elements of one card: six of its fields are places that charts fill",
  "webview/sweep/sweepPage.ts SweepPage": "the elements of one page, each drawn by its one public method",
  "webview/views/states/statesChart.ts StatesChart": "the parts of one picture, each drawn by its one public method",
};

interface Source {
  /** From the project's folder, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Null for style sheets, pages and Python. */
  readonly file: ReturnType<typeof parse> | null;
}

function readSources(): Source[] {
  const inFolders = ["src", "webview", "test", "scripts"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const paths = [...inFolders, ...readdirSync(ROOT)].map((path) => path.replaceAll("\\", "/"));
  return paths
    .filter((path) => /\.(m?[jt]s|css|html|py)$/.test(path))
    .filter((path) => !/\.generated\.|^test\/fixtures\/|(^|\/)node_modules\//.test(path))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      return { path, text, file: /\.m?[jt]s$/.test(path) ? parse(text, path) : null };
    });
}

const sources = readSources();
const parsed = sources.flatMap(({ path, file }) => (file === null ? [] : [{ path, file }]));

/** Those without an exception, and the exceptions that nothing needs any more. */
function compare(tooLarge: readonly string[], exceptions: Readonly<Record<string, string>>) {
  const stripped = tooLarge.map((entry) => entry.replace(/:.*$/, ""));
  return {
    tooLarge: tooLarge.filter((_, index) => !(stripped[index]! in exceptions)),
    unused: Object.keys(exceptions).filter((name) => !stripped.includes(name)),
  };
}

describe("the measure", () => {
  test("counts the lines of functions, and knows tests and their groups", () => {
    const file = parse(
      'function a() {\n  return 1;\n}\ndescribe("b", () => {\n  test("c", () => {\n  });\n  test.each([1])("d", () => 1);\n});\nclass E {\n  constructor() {\n  }\n}',
      "a.ts",
    );
    expect(collectFunctions(file).map(({ name, lines, role }) => `${name} ${lines} ${role}`)).toEqual([
      "a 3 function",
      "b 5 suite",
      "c 2 test",
      "d 1 test",
      "new E 2 function",
    ]);
  });

  test("counts fields and what is public, with what a constructor declares", () => {
    const text =
      "class A { static s = 1; x = 1; private y = 2; #z = 3; constructor(readonly p: number, private q: number, r: number) {}" +
      " get g() { return 1; } set g(v) {} m() {} protected n() {} }";
    expect(collectClasses(parse(text, "a.ts"))).toEqual([{ name: "A", line: 1, fields: 5, publicMembers: 5 }]);
  });

  test("tells a long literal from a long line", () => {
    const words = "word ".repeat(30);
    const text = `f(\n  "${words}",\n);\nconst t = \`${words}\`;\n// ${words}\nfunction long(${"a, ".repeat(50)}b) {}\ng("${words}", ${"a + ".repeat(20)}b);\n`;
    const long = collectLongLines(text, parse(text, "a.ts"));
    expect(long.map(({ line, isLiteral }) => [line, isLiteral])).toEqual([
      [2, true],
      [4, true],
      [5, false],
      [6, false],
      [7, false],
    ]);
  });
});

test("a function is at most a screen long", () => {
  const tooLong = parsed.flatMap(({ path, file }) =>
    collectFunctions(file)
      .filter(({ role, lines }) => role !== "suite" && lines > MAX_LINES[role])
      .map(({ name, lines }) => `${path} ${name}: ${lines} lines`),
  );
  expect(compare(tooLong, LARGE_FUNCTIONS)).toEqual({ tooLarge: [], unused: [] });
});

test("a class has no more fields and public members than a reader can name", () => {
  const tooLarge = parsed.flatMap(({ path, file }) =>
    collectClasses(file)
      .filter(({ fields, publicMembers }) => fields > MAX_FIELDS || publicMembers > MAX_PUBLIC_MEMBERS)
      .map(({ name, fields, publicMembers }) => `${path} ${name}: ${fields} fields, ${publicMembers} public members`),
  );
  expect(compare(tooLarge, LARGE_CLASSES)).toEqual({ tooLarge: [], unused: [] });
});

test(`no line is over ${MAX_COLUMNS} columns, but those of one literal`, () => {
  const long = sources.flatMap(({ path, text, file }) =>
    collectLongLines(text, file).map((line) => ({ place: `${path}:${line.line}`, ...line })),
  );
  expect(long.filter(({ isLiteral }) => !isLiteral).map(({ place, columns }) => `${place} ${columns}`)).toEqual([]);
  // Claims quote the texts word for word.
  const literals = long.filter(({ isLiteral, place }) => isLiteral && !place.startsWith("test/claims/"));
  expect(literals.length).toBeLessThanOrEqual(MAX_LONG_LITERALS);
});
