import * as l10n from "@vscode/l10n";
import type { Experiment } from "../../config/schema/schema";
import type { Inspection, TypedProblem } from "../../shared/trace/inspection";
import { vectorColumn } from "../../shared/trace/trace";
import { createBatch, fillRow, type Batch } from "../tasks/batches";
import { evaluateLoss } from "../network/losses";
import type { Network } from "../network/network";
import { storedSequences } from "../tasks/sequenceValues";
import { targetWidth, type Dataset } from "../tasks/task";
import { readTypedSequence, type TypedSequence } from "../tasks/typedSequence";
import { dataOf } from "../training/inspectedSequence";
import { createTraceWriter } from "../training/traceWriter";
import type { Trainer } from "../training/trainer";

/** Numbers that the states of a typed sequence may take, over all steps, layers and gates. */
const MAX_NUMBERS = 2 ** 23;
const MAX_STEPS = 1000;
/** Numbers of an answer: 8 MB. Of larger models it has the first units. */
const MAX_ANSWERED = 2 ** 20;
const NO_METRICS = {
  loss: NaN,
  gradientNorm: NaN,
  clippedNorm: NaN,
  updateRatio: 0,
  learningRate: NaN,
  validationLoss: NaN,
  accuracy: NaN,
  exactAccuracy: NaN,
  clipCosine: NaN,
};

/** Forward and backward of single sequences beside training, by a network of their own that is made once. */
export class SequenceInspector {
  /** @param network of the run's engine, for its use alone; null: it makes one */
  constructor(
    private readonly trainer: Trainer,
    private readonly experiment: Pick<Experiment, "task">,
    private network: Network | null = null,
  ) {}

  /**
   * @param sequence its number in the data, validation included, or a sequence as somebody types it
   * @param parameters of the network, flat
   * @throws Error in words for a person when there is no sequence of that number
   */
  inspect(sequence: number | string, parameters: Float64Array): Inspection | { readonly problem: TypedProblem } {
    const { dataset, spec } = this.trainer;
    if (typeof sequence === "number") {
      if (!(sequence < dataset.sequences))
        throw new Error(
          l10n.t("There is no sequence {0}. Use an index from 0 to {1}.", sequence, dataset.sequences - 1),
        );
      const batch = createBatch(dataset, 1);
      fillRow(dataset, sequence, batch, 0);
      const timeSteps = dataset.lengths?.[sequence] ?? dataset.timeSteps;
      return this.run(firstSteps(dataset, batch, timeSteps), timeSteps, parameters);
    }
    const everyStep = spec.readout === "every" && dataset.answersOnce !== true;
    const most = Math.max(
      dataset.timeSteps,
      Math.min(MAX_STEPS, Math.floor(MAX_NUMBERS / (16 * spec.hiddenSize * spec.numLayers))),
    );
    const typed = readTypedSequence(
      sequence,
      { task: this.experiment.task, dataset, vocabulary: this.trainer.vocabulary, everyStep },
      most,
    );
    return "problem" in typed ? typed : this.run(this.batchOf(typed), typed.timeSteps, parameters);
  }

  private batchOf({ timeSteps, inputs, targets }: TypedSequence): Batch {
    const { dataset, spec } = this.trainer;
    const outputSteps = spec.readout === "every" ? timeSteps : 1;
    const width = outputSteps * targetWidth(dataset);
    const values = new Float64Array(width).fill(targets === null ? NaN : 0);
    values.set(targets ?? [], dataset.answersOnce === true && targets !== null ? width - targets.length : 0);
    const weights = Float64Array.from({ length: outputSteps }, (_, s) =>
      Number(dataset.answersOnce !== true || s === outputSteps - 1),
    );
    const own = {
      ...dataset,
      sequences: 1,
      trainingSequences: 1,
      timeSteps,
      outputSteps,
      inputs: storedSequences(inputs, inputs.length),
      targets: storedSequences(values, width),
      ...(dataset.weights === undefined
        ? {}
        : { lengths: Uint32Array.of(timeSteps), weights: storedSequences(weights, outputSteps) }),
    };
    const batch = createBatch(own, 1);
    fillRow(own, 0, batch, 0);
    return batch;
  }

  private run(batch: Batch, timeSteps: number, parameters: Float64Array): Inspection {
    const { dataset, loss, batchSize } = this.trainer;
    const network = (this.network ??= this.trainer.cloneNetwork({ batch: 1, timeSteps: dataset.timeSteps }));
    network.writeParameters(parameters);
    const outputs = Float64Array.from(network.forward(batch.inputs, 1, timeSteps, null, batch.lengths));
    // The targets that are known come first; a loss over them says nothing of the other steps.
    const width = targetWidth(dataset);
    const unknown = batch.targets.findIndex(Number.isNaN);
    const steps = Math.floor((unknown < 0 ? batch.targets.length : unknown) / width);
    const gradient = new Float64Array(outputs.length);
    if (steps > 0) {
      const known = steps * dataset.outputSize;
      evaluateLoss(
        loss,
        outputs.subarray(0, known),
        batch.targets.subarray(0, steps * width),
        gradient.subarray(0, known),
        dataset.outputSize,
        batch.weights?.subarray(0, steps) ?? null,
      );
      // As in a batch of training, so that the numbers are those of the trace.
      for (let i = 0; i < known; i++) gradient[i] = gradient[i]! / batchSize;
    }
    network.zeroGradients();
    network.backward(gradient);

    const writer = createTraceWriter(
      { network, timeSteps, inspector: network, inspectedRow: 0, inspectedSteps: timeSteps, lengths: null },
      { learningRate: false, validationLoss: false, accuracy: false, exactAccuracy: false, clipCosine: false },
      MAX_ANSWERED,
    );
    const row = writer.columns.map(({ length }) => new Float64Array(length));
    writer.writeRow({ columns: row, nextRow: () => 0 }, 0, NO_METRICS, outputs);
    const kept = writer.columns.flatMap((spec, i) =>
      isOfSequence(spec.name, steps > 0) ? [{ spec, values: row[i]! }] : [],
    );
    const { input, target } = dataOf(dataset, batch, timeSteps);
    return {
      timeSteps,
      columns: kept.map(({ spec }) => spec),
      values: kept.map(({ values }) => values),
      input,
      target: steps > 0 ? target : [],
    };
  }
}

/** A batch of one sequence without its padding. */
function firstSteps(dataset: Dataset, batch: Batch, timeSteps: number): Batch {
  if (timeSteps === dataset.timeSteps) return batch;
  return {
    size: 1,
    inputs: batch.inputs.subarray(0, timeSteps * dataset.inputSize),
    targets: batch.targets.subarray(0, timeSteps * targetWidth(dataset)),
    weights: batch.weights?.subarray(0, timeSteps) ?? null,
    lengths: Uint32Array.of(timeSteps),
  };
}

/** "state.l0", "gate.i.l0", "output": not what is of the whole batch. */
function isOfSequence(name: string, hasTarget: boolean): boolean {
  return (
    name === vectorColumn.output ||
    /^(state|cell|modulus|argument|gate\..+)\.l\d+$/.test(name) ||
    (hasTarget && /^stateGrad\.l\d+$/.test(name))
  );
}
