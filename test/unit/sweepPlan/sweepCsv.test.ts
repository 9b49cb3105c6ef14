import { expect, test } from "vitest";
import { csvCell, csvLine } from "../../../src/shared/words/csv";
import { sweepCsv } from "../../../src/sweepPlan/sweepCsv";
import { finishWork } from "../../../src/lib/slicedTask";
import { resultOf, trialsOf } from "./support";

test("a line a run in the order of the runs; what no run has is left empty", () => {
  const parameters = [
    { key: "model.cell", kind: "choice", scale: "linear" },
    { key: "training.clip", kind: "choice", scale: "linear" },
  ] as const;
  const trials = trialsOf(
    resultOf({ index: 1, seed: 9, values: ["lstm", { norm: 1 }], status: "diverged", loss: NaN, iterations: 3 }),
    resultOf({
      index: 0,
      values: ["rnn", null],
      loss: 0.25,
      accuracy: 1,
      gradientReach: 0.5,
      reachedAt: 40,
      trainMs: 1.23456,
    }),
    resultOf({ index: 2, values: ["gru", null], status: "failed", message: 'no, "really"' }),
  );
  const csv = finishWork(sweepCsv({ parameters }, trials));
  expect(csv.split("\n")).toEqual([
    "trial,seed,model.cell,training.clip,status,iterations,loss,validationLoss,bestValidationLoss,accuracy," +
      "exactAccuracy,gradientReach,reachedAt,trainMs,message",
    "1,1,rnn,null,done,100,0.25,,,1,,0.5,40,1.235,",
    '2,9,lstm,"{""norm"":1}",diverged,3,NaN,,,NaN,,NaN,,0,',
    '3,1,gru,null,failed,100,NaN,,,NaN,,NaN,,0,"no, ""really"""',
    "",
  ]);
});

test("a text that a spreadsheet would run stays a text; numbers stay numbers", () => {
  for (const text of ["=1+1", "+1+1", "-A1", "-1-1", "--1", "@SUM(A1)", "\tx", "\r=x"])
    expect(csvCell(text).replaceAll('"', "").startsWith("'")).toBe(true);
  for (const text of ["-1.5", "+2", "-.5e-3", "1e9"]) expect(csvCell(text)).toBe(text);
  expect(csvCell(-1.5)).toBe("-1.5");
  expect(csvCell("a-b=c")).toBe("a-b=c");
  expect(csvLine(["a,b", 'say "x"', "line\nbreak", null, NaN, -Infinity])).toBe(
    '"a,b","say ""x""","line\nbreak",,NaN,-Infinity\n',
  );
});
