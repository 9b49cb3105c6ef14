import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { findPythonPackage, runPython } from "../../../scripts/python.mjs";
import { readTs } from "../../../src/formats/tsFile";
import { versionOf } from "../python";

// Starting Python takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const read = (text: string) => readTs(new TextEncoder().encode(text));
const HEADER = `# about the rig
% and its people
@problemName rig
@TIMESTAMPS false
@missing true
@univariate false
@dimension 2
@EqualLength false
@classlabel true down up
`;

test("values are read by step, labels as written, with tags in any case", () => {
  const file = read(`\uFEFF${HEADER}@DATA\r\n1,2,?:4,5,-6e1:up\r\n\r\n# later\n 7 , NaN : 9 , .5 : down`);
  expect([...file.inputs.values]).toEqual([1, 4, 2, 5, NaN, -60, 7, 9, NaN, 0.5]);
  expect({ ...file.inputs, lengths: [...file.inputs.lengths], values: null }).toEqual({
    width: 2,
    lengths: [3, 2],
    values: null,
  });
  expect(file).toMatchObject({ labels: ["up", "down"], targets: null, missing: 2, warnings: [] });
});

test("values with times, and numbers in place of labels", () => {
  const file = read(
    "@timeStamps true\n@targetLabel true\n@data\n" +
      "(2008-09-09 18:50:00,-1.5),(2008-09-09 18:51:00, 2):-0.25\n(0,3),(1,?):4",
  );
  expect([...file.inputs.values]).toEqual([-1.5, 2, 3, NaN]);
  expect(file).toMatchObject({ labels: null, targets: Float64Array.of(-0.25, 4), missing: 1, warnings: [] });
});

test("each false claim of the header is named at its line", () => {
  const { warnings } = read(`@timeStamps true
@missing false
@univariate true
@dimensions 3
@equalLength true
@seriesLength 3
@classLabel true Up
@data
1,?:2,3:Up
4,5,6:7,8,9:up
1,2:3,4:other
`);
  const plain = (found: typeof warnings) => found.map(({ line, text }) => ({ line, text }));
  expect(plain(warnings)).toEqual([
    { line: 1, text: "@timeStamps true is not true: no value has a time" },
    { line: 2, text: "@missing false is not true: a value is missing in line 9" },
    { line: 3, text: "@univariate true is not true: dimensions found: 2" },
    { line: 4, text: "@dimensions 3 is not true: dimensions found: 2" },
    { line: 5, text: "@equalLength true is not true: sequences have 2 to 3 steps" },
    { line: 6, text: "@seriesLength 3 is not true: sequences have 2 to 3 steps" },
    { line: 7, text: '@classLabel does not list "up", "other", first used in line 10' },
    { line: 10, text: 'the labels "Up" and "up" differ in case only, and are two classes' },
  ]);
  expect(
    plain(
      read("@timestamps false\n@missing true\n@equallength false\n@serieslength 2\n@univariate false\n@data\n(0,1)")
        .warnings,
    ),
  ).toEqual([
    { line: 1, text: "@timeStamps false is not true: values have times" },
    { line: 2, text: "@missing true is not true: no value is missing" },
    { line: 3, text: "@equalLength false is not true: all sequences have 1 steps" },
    { line: 4, text: "@seriesLength 2 is not true: all sequences have 1 steps" },
    { line: 5, text: "@univariate false is not true: dimensions found: 1" },
  ]);
});

test("a line of the header that is false is given as it should be, and with it the claim is true", () => {
  const header = [
    "@TimeStamps  true",
    "\t@missing False",
    "@dimensions 3 # three",
    "@seriesLength 3",
    "@classLabel true Up",
  ];
  const data = ["@data", "1,?:2,3:Up", "4,5:7,8:other", "1,2:3,4:other"];
  const { warnings } = read([...header, ...data].join("\n"));
  const corrected = [...header];
  for (const { line, correction } of warnings) if (correction !== undefined) corrected[line - 1] = correction;
  expect(corrected).toEqual([
    "@TimeStamps  false",
    "\t@missing true",
    "@dimensions 2 # three",
    "@seriesLength 2",
    "@classLabel true Up other",
  ]);
  expect(read([...corrected, ...data].join("\n")).warnings).toEqual([]);
  const ragged = read("@equalLength true\n@seriesLength 2\n@data\n1,2\n3,4,5\n").warnings;
  expect(ragged.map(({ correction }) => correction)).toEqual(["@equalLength false", undefined]);
});

describe("a file that is not right is refused with line and column", () => {
  test.each<[string, string]>([
    ["", "the file has no line @data, after which the sequences follow"],
    ["@data\n# nothing", "the file has no sequence after @data"],
    ["1,2:3", "line 1, column 1: expected a tag such as @classLabel before @data"],
    ["  @missing perhaps", "line 1, column 3: @missing must be followed by true or false"],
    ["@dimensions two", "line 1, column 1: @dimensions must be followed by a whole number"],
    ["@data\n1,two,3", 'line 2, column 3: "two" is not a finite number'],
    ["@data\n1, 0x1F", 'line 2, column 4: "0x1F" is not a finite number'],
    ["@data\n1,2,", "line 2, column 5: a value is missing; write ? for it"],
    ["@classLabel true a\n@data\n1,2:", "line 3, column 5: the label is missing"],
    ["@classLabel true a\n@data\na", "line 3, column 1: expected values, a colon, and a label, as the header says"],
    ["@targetLabel true\n@data\n1,2:a", 'line 3, column 5: "a" is not a finite number'],
    ["@data\n1,2\n1:2", "line 3, column 1: dimensions found: 2; the first sequence has 1"],
    ["@data\n1,2:3", "line 2, column 5: this dimension has 1 values; the first one has 2"],
    ["@data\n(0,1),2", "line 2, column 7: expected (time,value)"],
    ["@data\n(0,1),", "line 2, column 7: expected (time,value)"],
    ["@data\n(0,1", "line 2, column 1: expected (time,value)"],
    [
      "@data\n(0,1),(1,2):(0,1),(2,2)",
      "line 2, column 13: the times of this dimension are not those of the first one. " +
        "Bring all dimensions to the same times",
    ],
  ])("%j", (text, message) => expect(() => read(text)).toThrow(new Error(message)));

  test("bytes that are no UTF-8", () => {
    const bytes = Uint8Array.of(...new TextEncoder().encode("@data\n1\n"), 0xff, 0x31);
    expect(() => readTs(bytes)).toThrow("line 3: the bytes are not UTF-8 text. Save the file as UTF-8");
  });
});

const aeon = findPythonPackage("aeon");

describe(`the files of the aeon package ${versionOf(aeon)}`, () => {
  const { output } =
    aeon.missing === null ? runPython(aeon.python, "import aeon; print(aeon.__path__[0])") : { output: "" };
  const load = (file: string) => readTs(readFileSync(join(output, "datasets", "data", `${file}.ts`)));
  const shapeOf = ({ inputs }: ReturnType<typeof load>) => [
    inputs.lengths.length,
    Math.min(...inputs.lengths),
    Math.max(...inputs.lengths),
    inputs.width,
  ];

  test.skipIf(aeon.missing !== null)("of one length, with labels", () => {
    const motions = load("BasicMotions/BasicMotions_TRAIN");
    expect(shapeOf(motions)).toEqual([40, 100, 100, 6]);
    expect(new Set(motions.labels)).toEqual(new Set(["Standing", "Running", "Walking", "Badminton"]));
    expect(motions.warnings).toEqual([]);
    // Sequence 0, step 0: the first value of each dimension.
    expect([...motions.inputs.values.subarray(0, 6)]).toEqual([
      0.079106, 0.394032, 0.551444, 0.351565, 0.02397, 0.633883,
    ]);
    expect(shapeOf(load("ACSF1/ACSF1_TEST"))).toEqual([100, 1460, 1460, 1]);
  });

  test.skipIf(aeon.missing !== null)("of different lengths, with numbers as targets, and with times", () => {
    expect(shapeOf(load("JapaneseVowels/JapaneseVowels_TRAIN"))).toEqual([270, 7, 26, 12]);
    const covid = load("Covid3Month/Covid3Month_TRAIN");
    expect(shapeOf(covid)).toEqual([140, 84, 84, 1]);
    expect(covid.targets?.length).toBe(140);
    const timed = load("UnitTest/UnitTestTimeStamps_TRAIN");
    expect(shapeOf(timed)[3]).toBe(1);
    expect(timed.warnings).toEqual([]);
  });
});
