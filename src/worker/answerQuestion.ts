import { SequenceInspector } from "../core/analysis/inspectSequence";
import type { RunSnapshot } from "../core/analysis/runSnapshot";
import type { Work } from "../core/analysis/work";
import type { Answer, Question } from "../shared/questions";

/**
 * Answers one question about a run, in pieces.
 * @param snapshot at the known iteration nearest to the one that is asked about, which the answer names
 * @throws Error in words for a person when it cannot be answered
 */
// oxlint-disable-next-line require-yield
export function* answerQuestion(snapshot: RunSnapshot, question: Question): Work<Answer> {
  const { iteration, parameters } = snapshot;
  switch (question.kind) {
    case "inspect": {
      const { sequence } = question;
      const inspector = new SequenceInspector(snapshot.trainer, snapshot.experiment, snapshot.network());
      return { kind: "inspect", iteration, sequence, result: inspector.inspect(sequence, parameters) };
    }
    case "weights":
      return { kind: "weights", iteration, values: parameters };
  }
}
