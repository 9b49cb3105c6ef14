import * as l10n from "@vscode/l10n";
import { predictDecay } from "../core/analysis/gradientDecay";
import { SequenceInspector } from "../core/analysis/inspectSequence";
import { attributeGradient } from "../core/analysis/gradientAttribution";
import { studyLength } from "../core/analysis/lengthStudy";
import { measure } from "../core/analysis/measures";
import { predictSequences } from "../core/analysis/predictSequences";
import type { RunSnapshot } from "../core/analysis/runSnapshot";
import { reportTensors, spectrumOf } from "../core/analysis/weightReport";
import type { SlicedTask } from "../lib/slicedTask";
import { analyzeNetwork } from "./analyses";
import { continueAnalysis } from "./longAnalysis";
import { createRandom, STREAM } from "../core/numerics/random";
import { sampleText } from "../core/analysis/sampleText";
import type { AnalysisKind, AnalysisQuestion, Answer, Question } from "../shared/wire/questions";

/**
 * Answers one question about a run, in pieces.
 * @param snapshot at the known iteration nearest to the one that is asked about, which the answer names
 * @throws Error in words for a person when it cannot be answered
 */
export function* answerQuestion(snapshot: RunSnapshot, question: Question): SlicedTask<Answer> {
  const { iteration, parameters } = snapshot;
  switch (question.kind) {
    case "inspect": {
      const { sequence } = question;
      const inspector = new SequenceInspector(snapshot.trainer, snapshot.experiment, snapshot.network());
      return { kind: "inspect", iteration, sequence, result: inspector.inspect(sequence, parameters) };
    }
    case "predictions":
      return { kind: "predictions", iteration, predictions: yield* predictSequences(snapshot, question.part) };
    case "measures":
      return { kind: "measures", iteration, measures: yield* measure(snapshot.trainer, snapshot.network(), iteration) };
    case "lengths":
      return { kind: "lengths", iteration, point: yield* studyLength(snapshot, question.length) };
    case "sample": {
      const { draw, prime } = question;
      const { vocabulary } = snapshot.trainer;
      const missing = [...new Set(prime)].filter((character) => vocabulary?.includes(character) === false).join("");
      return {
        kind: "sample",
        iteration,
        draw,
        text: sampleText(snapshot.trainer, createRandom(draw, STREAM.evaluation), question, parameters),
        missing,
      };
    }
    case "decay": {
      const layer = layerOf(snapshot, question.layer);
      return { kind: "decay", iteration, layer, decay: yield* predictDecay(snapshot, layer) };
    }
    case "attribution": {
      const layer = layerOf(snapshot, question.layer);
      const { sequence } = question;
      return {
        kind: "attribution",
        iteration,
        layer,
        sequence,
        items: yield* attributeGradient(snapshot, layer, sequence),
      };
    }
    case "tensors":
      return { kind: "tensors", iteration, tensors: yield* reportTensors(snapshot) };
    case "norms":
      return { kind: "norms", iteration, norms: snapshot.norms() };
    case "spectrum": {
      const layer = layerOf(snapshot, question.layer);
      return { kind: "spectrum", iteration, layer, spectrum: yield* spectrumOf(snapshot, layer) };
    }
    case "fixedPoints":
    case "jacobians":
    case "lyapunov":
    case "sharpness":
    case "memory":
    case "psychometric":
      return yield* answerAnalysis(snapshot, question);
    case "weights":
      return { kind: "weights", iteration, values: parameters };
  }
}

function* answerAnalysis(snapshot: RunSnapshot, question: AnalysisQuestion<AnalysisKind>): SlicedTask<Answer> {
  const answer = yield* continueAnalysis(snapshot.trainer, snapshot.iteration, question, (onProgress) =>
    analyzeNetwork(snapshot, question, onProgress),
  );
  // What is found is of the kind of the question.
  return answer as Answer;
}

function layerOf({ trainer }: RunSnapshot, layer: number): number {
  if (layer < trainer.spec.numLayers) return layer;
  throw new Error(l10n.t("There is no layer {0}. Number of layers: {1}.", layer, trainer.spec.numLayers));
}
