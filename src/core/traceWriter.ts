import type { ColumnSpec, TraceRecorder } from "../shared/trace";
import type { Network } from "./network";
import { MAX_TRACED_PARAMETERS, traceColumns, writeStateGradNorm, writeStateGradSum } from "./traceColumns";

export interface TracedMetrics {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly clippedNorm: number;
  readonly updateRatio: number;
}

export interface TraceWriter {
  readonly columns: readonly ColumnSpec[];
  /** Writes one row out of the last forward and backward of the network; returns its index. */
  writeRow(recorder: TraceRecorder, iteration: number, metrics: TracedMetrics, outputs: Float64Array): number;
  /** The update comes after the row, so its ratio is written later. */
  writeUpdateRatio(recorder: TraceRecorder, row: number, updateRatio: number): void;
}

const UPDATE_RATIO = 4;

/** @param inspected the sequence of the batch whose states, gradients and outputs are traced */
export function createTraceWriter(network: Network, batch: number, timeSteps: number, inspected: number): TraceWriter {
  const { spec, parameterCount } = network;
  const steps = timeSteps + 1;
  const H = spec.hiddenSize;
  const columns = traceColumns(spec, parameterCount, timeSteps);
  const outputLength = columns.at(-1)!.length;
  const stateLength = steps * H;
  const parameters = parameterCount <= MAX_TRACED_PARAMETERS ? new Float64Array(parameterCount) : null;
  const values = new Float64Array(batch * stateLength);

  function writeInspected(from: Float64Array, start: number, length: number, into: Float64Array, row: number): void {
    for (let i = 0; i < length; i++) into[row * length + i] = from[start + i]!;
  }

  return {
    columns,

    writeRow(recorder, iteration, metrics, outputs) {
      const row = recorder.nextRow();
      const into = recorder.columns;
      into[0]![row] = iteration;
      into[1]![row] = metrics.loss;
      into[2]![row] = metrics.gradientNorm;
      into[3]![row] = metrics.clippedNorm;
      into[UPDATE_RATIO]![row] = metrics.updateRatio;
      let column = UPDATE_RATIO + 1;
      if (parameters !== null) {
        network.readParameters(parameters);
        writeInspected(parameters, 0, parameterCount, into[column++]!, row);
      }
      for (let layer = 0; layer < spec.numLayers; layer++) {
        network.readStateGradients(layer, values);
        writeStateGradNorm(values, batch, steps, H, into[column++]!, row * steps);
        if (H === 1) writeStateGradSum(values, batch, steps, into[column++]!, row * steps);
        writeInspected(values, inspected * stateLength, stateLength, into[column + 1]!, row);
        network.readStates(layer, values);
        writeInspected(values, inspected * stateLength, stateLength, into[column]!, row);
        column += 2;
      }
      writeInspected(outputs, inspected * outputLength, outputLength, into[column]!, row);
      return row;
    },

    writeUpdateRatio(recorder, row, updateRatio) {
      recorder.columns[UPDATE_RATIO]![row] = updateRatio;
    },
  };
}
