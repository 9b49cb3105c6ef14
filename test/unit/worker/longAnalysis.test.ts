import { describe, expect, it } from "vitest";
import { analyzeFixedPoints } from "../../../src/core/dynamics/fixedPoints";
import { createTrainer } from "../../../src/core/training/trainer";
import { finishWork } from "../../../src/lib/slicedTask";
import { answerQuestion } from "../../../src/worker/answerQuestion";
import { experimentOf, latestSnapshot } from "../core/support";

const experiment = experimentOf({
  task: { kind: "adding", sequences: 40, length: 8 },
  model: { cell: "lstm", hiddenSize: 12 },
  engine: "float64",
});

function ask(trainer: ReturnType<typeof createTrainer>, iteration: number, poll: number) {
  const answer = finishWork(
    answerQuestion(latestSnapshot(experiment, trainer), {
      kind: "fixedPoints",
      iteration,
      attempt: 1,
      poll,
      input: null,
    }),
  );
  if (answer.kind !== "fixedPoints") throw new Error("another answer");
  return answer;
}

describe("the search for fixed points", () => {
  it("goes on from one question to the next until it is done, and then finds what it finds at once", () => {
    const trainer = createTrainer(experiment);
    const expected = finishWork(analyzeFixedPoints(latestSnapshot(experiment, trainer), null, () => {}));
    let answer = ask(trainer, 0, 0);
    const progress = [answer.done];
    for (let poll = 1; answer.found === null; poll++) {
      answer = ask(trainer, 0, poll);
      expect(answer.poll).toBe(poll);
      progress.push(answer.done);
    }
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(answer.done).toBe(answer.total);
    expect(answer.found).toEqual(expected);
    // As often as it is asked.
    expect(ask(trainer, 0, 99).found).toBe(answer.found);
  });

  it("is of the parameters that it began with, also when training goes on", () => {
    const trainer = createTrainer(experiment);
    const first = ask(trainer, 0, 0);
    trainer.step(null);
    let answer = first;
    for (let poll = 1; answer.found === null; poll++) answer = ask(trainer, 0, poll);
    expect(answer.iteration).toBe(0);
    expect(ask(trainer, 1, 0).iteration).toBe(1);
  });
});
