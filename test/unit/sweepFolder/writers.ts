/** A process with many runners of one sweep folder that take turns: node writers.js FOLDER RUNNERS TRIALS */
import { failedTrial } from "../../../src/core/training/runTrial";
import { ResultReader, ResultWriter } from "../../../src/sweepFolder/results";
import { Runner } from "../../../src/sweepFolder/runner";

const [folder = "", runners = "1", trials = "1"] = process.argv.slice(2);
const all = Array.from({ length: Number(runners) }, () => {
  const runner = new Runner(folder);
  return { runner, writer: new ResultWriter(folder, runner.id) };
});

const reader = new ResultReader(folder);

async function work(): Promise<void> {
  for (let index = 0; index < Number(trials); index++) {
    const { runner, writer } = all[index % all.length]!;
    const claim = await runner.take(index, async (other) => {
      await reader.refreshRunner(other);
      return reader.results.has(index);
    });
    if (claim !== "done" && !("holder" in claim)) writer.add(failedTrial({ index, seed: 0, values: [] }, runner.id));
  }
  for (const { runner, writer } of all) {
    writer.close();
    runner.dispose();
  }
}
void work();
