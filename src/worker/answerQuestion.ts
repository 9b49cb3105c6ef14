import type { Answer, Question } from "../shared/questions";
import type { TrainingRun } from "./trainingRun";

/** Answers one question about a run. @throws Error in words for a person when it cannot be answered */
export function answerQuestion(run: TrainingRun, question: Question): Answer {
  switch (question.kind) {
    case "inspect": {
      const { sequence } = question;
      return { kind: "inspect", iteration: run.trainer.iteration, sequence, result: run.inspector.inspect(sequence, run.trainer.parameters()) };
    }
    case "weights":
      return { kind: "weights", iteration: run.trainer.iteration, values: run.trainer.parameters() };
  }
}
