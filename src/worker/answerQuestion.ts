import type { Answer, Question } from "../shared/questions";
import type { TrainingRun } from "./trainingRun";

/** Answers one question about a run. @throws Error in words for a person when it cannot be answered */
export function answerQuestion(run: TrainingRun, question: Question): Answer {
  switch (question.kind) {
    case "weights":
      return { kind: "weights", iteration: run.trainer.iteration, values: run.trainer.parameters() };
  }
}
