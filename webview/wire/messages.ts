/**
 * The edge where messages of the host come in. The generated guard checks the shape that the types promise, and this
 * module what holds between fields, so that nothing behind it checks again; what does not pass becomes one line of text
 * for the log.
 */
import { isHostMessage } from "../../src/shared/guards/isHostMessage.generated";
import { columnsFit, rowsFit } from "../../src/shared/trace/columnRules";
import { seriesFits } from "../../src/shared/trace/scalarSeries";
import type { FixedPoints, Lyapunov, StepJacobians } from "../../src/shared/trace/dynamics";
import type { LossSurface } from "../../src/shared/trace/trace";
import type { HostMessage } from "../../src/shared/wire/protocol";
import type { Answer } from "../../src/shared/wire/questions";
import type { RateTest } from "../../src/shared/wire/rateTest";

export type Incoming = HostMessage | { readonly type: "malformed"; readonly reason: string };

/** Numbers that went by their names, because JSON has none of them, are put back in place: `data` changes. */
export function readHostMessage(data: unknown): Incoming {
  if (!isHostMessage(data)) {
    return malformed(`${describeType(data)} is malformed at "${isHostMessage.errors?.[0]?.instancePath ?? ""}"`);
  }
  return fits(data) ? data : malformed(`${describeType(data)} has parts of different lengths`);
}

function malformed(reason: string): Incoming {
  return { type: "malformed", reason };
}

function describeType(data: unknown): string {
  const type = typeof data === "object" && data !== null && "type" in data ? data.type : undefined;
  return typeof type === "string" ? `a message "${type.slice(0, 40)}"` : "a message without a type";
}

/** What no schema can say: how lengths go together. */
function fits(message: HostMessage): boolean {
  switch (message.type) {
    case "snapshot": {
      const { header, rows, scalars, ghosts, surface } = message;
      return (
        (header === null || columnsFit(header.columns)) &&
        (rows === null || (header !== null && rowsFit(rows, header.columns))) &&
        (scalars === null || (header !== null && seriesFits(scalars, header.columns))) &&
        ghosts.every(
          ({ iteration, loss, path }) =>
            iteration.length === loss.length && (path === undefined || path.length % 2 === 0),
        ) &&
        (surface === null || surfaceFits(surface))
      );
    }
    case "surface":
      return surfaceFits(message.surface);
    case "race":
      return message.race?.lanes.every(({ curve }) => curve.iteration.length === curve.loss.length) ?? true;
    case "rateTest":
      return message.test?.test == null || curveFits(message.test.test);
    case "seeds":
      return message.trials?.results.every(({ curve }) => curve.length <= message.trials!.iterations.length) ?? true;
    case "answer":
      return answerFits(message.answer);
    default:
      return true;
  }
}

function curveFits({ rates, losses, smoothed }: RateTest): boolean {
  return losses.length === rates.length && smoothed.length === rates.length;
}

function surfaceFits({ columns, rows, loss }: LossSurface): boolean {
  return columns > 1 && rows > 1 && loss.length === columns * rows;
}

/** Each place and direction has three numbers. */
function pointsFit({ points, slowPoints, trajectories }: FixedPoints): boolean {
  const { sequences, timeSteps, places, inputs, shares } = trajectories;
  return (
    [...points, ...slowPoints].every(
      ({ place, directions, re, im }) => place.length === 3 && directions.length % 3 === 0 && re.length === im.length,
    ) &&
    shares.length === 3 &&
    places.length === sequences * (timeSteps + 1) * 3 &&
    inputs.length === sequences * timeSteps
  );
}

function jacobiansFit({ steps, singularValues, re, im, logProduct, logProductEigenvalues }: StepJacobians): boolean {
  const n = logProduct.length;
  return (
    n > 0 &&
    logProductEigenvalues.length === n &&
    [singularValues, re, im].every(({ length }) => length === steps.length * n)
  );
}

function lyapunovFits({ exponents, history, historySteps }: Lyapunov): boolean {
  return exponents.length > 0 && history.length === historySteps.length * exponents.length;
}

function answerFits(answer: Answer): boolean {
  switch (answer.kind) {
    case "inspect": {
      if ("problem" in answer.result) return true;
      const { columns, values } = answer.result;
      return values.length === columns.length && columns.every(({ length }, i) => values[i]?.length === length);
    }
    case "predictions": {
      const { sequences, steps, width, outputs, targets } = answer.predictions;
      return [outputs, targets].every(({ length }) => length === sequences * steps * width);
    }
    case "measures": {
      const { classes } = answer.measures;
      return classes === null || [0, classes.labels.length ** 2].includes(classes.confusion.length);
    }
    case "attribution": {
      const { timeSteps, steps, values } = answer.items;
      return values.length === steps.length * (timeSteps + 1);
    }
    case "tensors":
      return answer.tensors.every(({ rows, columns, cells }) => cells.length === rows * columns);
    case "norms": {
      const { iterations, norms, ratios } = answer.norms;
      return norms.length === ratios.length && (iterations.length === 0 || norms.length % iterations.length === 0);
    }
    case "fixedPoints":
      return answer.found === null || pointsFit(answer.found);
    case "jacobians":
      return answer.found === null || jacobiansFit(answer.found);
    case "lyapunov":
      return answer.found === null || lyapunovFits(answer.found);
    case "spectrum":
      return answer.spectrum.re.length === answer.spectrum.im.length;
    case "decay": {
      const { curve, cellAlone } = answer.decay;
      return cellAlone === null || cellAlone.curve.length === curve.length;
    }
    default:
      return true;
  }
}
