import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resultsFolder, resultsPath } from "../../../src/sweepFolder/folderNames";
import { ResultReader, ResultWriter } from "../../../src/sweepFolder/results";
import { encodeNonFinite } from "../../../src/shared/wire/nonFinite";
import { resultOf } from "../sweepPlan/support";

test("results are read back as they were, those of earlier versions without the gradient that reaches step 1", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rnn-lab-results-"));
  try {
    mkdirSync(resultsFolder(folder));
    const result = resultOf({ values: [5], loss: Infinity, gradientReach: 1e-7 });
    const writer = new ResultWriter(folder, "here-1-00000000");
    writer.add(result);
    writer.close();
    const earlier = resultOf({ index: 1, values: [9], loss: 0.5 });
    const line = `${JSON.stringify({ result: { ...encodeNonFinite(earlier), gradientReach: undefined } })}\n`;
    writeFileSync(resultsPath(folder, "there-2-00000000"), line);
    const reader = new ResultReader(folder);
    await reader.refresh();
    expect([...reader.results.values()]).toEqual([result, earlier]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
