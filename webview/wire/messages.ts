/**
 * The edge where host messages come in. What passes here has the shape the types promise, so that nothing behind it
 * checks again; what does not pass becomes one line of text for the log.
 */
import { CHART_FORMATS } from "../../src/shared/wire/savedCharts";
import { PANEL_ACTIONS } from "../../src/shared/wire/panelActions";
import type { Ghost, HostMessage, ViewState } from "../../src/shared/wire/protocol";
import type { Answer } from "../../src/shared/wire/questions";
import {
  COLUMN,
  type ColumnSpec,
  type FrameRows,
  type LossSurface,
  type TraceHeader,
} from "../../src/shared/trace/trace";

export type Incoming = HostMessage | { readonly type: "malformed"; readonly reason: string };

/** More numbers in one row than any trace has; a header that asks for more is not drawn. */
const MAX_ROW_LENGTH = 4_000_000;
/** Steps of the differences in a gradient check. */
const MAX_STEPS = 64;

type Fields = Readonly<Record<string, unknown>>;

export function readHostMessage(data: unknown): Incoming {
  if (!isObject(data) || typeof data["type"] !== "string") return malformed("a message without a type");
  switch (data["type"]) {
    case "snapshot":
      return readSnapshot(data);
    case "append":
      if (!isWholeNumber(data["sequence"]) || typeof data["runId"] !== "string")
        return malformed("an append without sequence or run id");
      if (!isRows(data["rows"]) || !isStatus(data["status"])) return malformed("an append without rows or status");
      return data as unknown as HostMessage;
    case "view":
      return isView(data["view"]) ? (data as unknown as HostMessage) : malformed("a view message without a view state");
    case "surface":
      return isSurface(data["surface"])
        ? (data as unknown as HostMessage)
        : malformed("a surface whose size is not rows times columns");
    case "race":
      return data["race"] === null || isRace(data["race"])
        ? (data as unknown as HostMessage)
        : malformed("a cell race that cannot be read");
    case "answer":
      return isWholeNumber(data["requestId"]) && isAnswer(data["answer"])
        ? (data as unknown as HostMessage)
        : malformed("an answer that cannot be read");
    case "answerFailed":
      return isWholeNumber(data["requestId"]) && typeof data["message"] === "string"
        ? (data as unknown as HostMessage)
        : malformed("a failed answer without its reason");
    case "reveal":
      return isPlace(data["place"]) ? (data as unknown as HostMessage) : malformed("a place to show that is none");
    case "listCharts":
      return isWholeNumber(data["requestId"])
        ? (data as unknown as HostMessage)
        : malformed("a question for the charts without its number");
    case "drawChart":
      return isWholeNumber(data["requestId"]) &&
        typeof data["chart"] === "string" &&
        CHART_FORMATS.some((format) => format === data["format"])
        ? (data as unknown as HostMessage)
        : malformed("a chart to draw that cannot be read");
    case "perform":
      return PANEL_ACTIONS.some((action) => action === data["action"])
        ? (data as unknown as HostMessage)
        : malformed("an action that no view has");
    default:
      return malformed(`an unknown message type "${data["type"].slice(0, 40)}"`);
  }
}

function readSnapshot(data: Fields): Incoming {
  const { sequence, view, header, rows, ghosts, surface } = data;
  if (!isWholeNumber(sequence) || !isView(view)) return malformed("a snapshot without sequence or view state");
  if (header !== null && !isHeader(header)) return malformed("a snapshot whose header cannot be read");
  if (rows !== null && (!isRows(rows) || header === null || !rowsFit(rows, (header as TraceHeader).columns)))
    return malformed("a snapshot whose rows do not fit its header");
  if (!Array.isArray(ghosts) || !ghosts.every(isGhost))
    return malformed("a snapshot whose earlier runs cannot be read");
  if (surface !== null && !isSurface(surface)) return malformed("a snapshot whose surface cannot be read");
  return data as unknown as HostMessage;
}

/** True when each column has exactly `rows.rows * length` numbers. */
export function rowsFit(rows: FrameRows, columns: readonly ColumnSpec[]): boolean {
  return (
    rows.columns.length === columns.length &&
    columns.every((spec, i) => rows.columns[i]?.length === rows.rows * spec.length)
  );
}

function malformed(reason: string): Incoming {
  return { type: "malformed", reason };
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isWholeNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isStatus(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value["phase"] === "string" &&
    [value["message"], value["advice"]].every((text) => text === null || typeof text === "string") &&
    ["iteration", "iterations", "trainMs", "stepsPerSecond"].every((key) => typeof value[key] === "number")
  );
}

function isView(value: unknown): value is ViewState {
  if (!isObject(value) || !isStatus(value["status"])) return false;
  const { experiment, gradientCheck, findings, notSaved, recorded } = value;
  if (recorded !== null && !(isObject(recorded) && typeof recorded["resumable"] === "boolean")) return false;
  if (notSaved !== null && typeof notSaved !== "string") return false;
  if (
    !Array.isArray(findings) ||
    !findings.every(
      (finding) => isObject(finding) && typeof finding["rule"] === "string" && typeof finding["message"] === "string",
    )
  )
    return false;
  if (!isTextState(value["text"]) || !(value["change"] === null || isRunChange(value["change"]))) return false;
  const { events } = value;
  if (
    !Array.isArray(events) ||
    !events.every((event) => isObject(event) && isWholeNumber(event["iteration"]) && typeof event["text"] === "string")
  )
    return false;
  const knownExperiment =
    experiment === null ||
    (isObject(experiment) &&
      typeof experiment["uri"] === "string" &&
      typeof experiment["name"] === "string" &&
      typeof experiment["fileName"] === "string");
  return knownExperiment && (gradientCheck === null || isGradientCheck(gradientCheck));
}

function isGradientCheck(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value["tensors"]) || !isOptionalList(value["epsilons"])) return false;
  return value["tensors"].every(
    (tensor) =>
      isObject(tensor) &&
      typeof tensor["name"] === "string" &&
      Array.isArray(tensor["shape"]) &&
      isObject(tensor["worst"]) &&
      isOptionalList(tensor["errors"]),
  );
}

function isOptionalList(value: unknown): boolean {
  return (
    value === undefined ||
    (Array.isArray(value) && value.length <= MAX_STEPS && value.every((item) => typeof item === "number"))
  );
}

function isTextState(value: unknown): boolean {
  if (
    !isObject(value) ||
    typeof value["change"] !== "string" ||
    typeof value["heldBack"] !== "boolean" ||
    typeof value["applies"] !== "boolean"
  )
    return false;
  const { error, form } = value;
  if (!Array.isArray(form) || !form.every(isFormField)) return false;
  return (
    error === null ||
    (isObject(error) &&
      isWholeNumber(error["line"]) &&
      typeof error["message"] === "string" &&
      Array.isArray(error["path"]))
  );
}

function isFormField(value: unknown): boolean {
  if (
    !isObject(value) ||
    !Array.isArray(value["path"]) ||
    typeof value["label"] !== "string" ||
    !isObject(value["input"])
  )
    return false;
  const { input } = value;
  if (input["kind"] === "choice")
    return (
      Array.isArray(input["options"]) &&
      input["options"].every((option) => isObject(option) && typeof option["label"] === "string")
    );
  return input["kind"] === "number" && ["from", "to"].every((end) => Number.isFinite(input[end]));
}

function isRunChange(value: unknown): boolean {
  return isObject(value) && ["since", "summary", "details"].every((key) => typeof value[key] === "string");
}

function isColumn(value: unknown): value is ColumnSpec {
  return (
    isObject(value) &&
    typeof value["name"] === "string" &&
    isWholeNumber(value["length"]) &&
    value["length"] <= MAX_ROW_LENGTH &&
    Array.isArray(value["shape"])
  );
}

function isHeader(value: unknown): value is TraceHeader {
  if (
    !isObject(value) ||
    typeof value["runId"] !== "string" ||
    !isWholeNumber(value["timeSteps"]) ||
    !Array.isArray(value["parameters"])
  )
    return false;
  const { columns, inspected } = value;
  if (!isObject(inspected) || !Array.isArray(inspected["input"]) || !Array.isArray(inspected["target"])) return false;
  if (!Array.isArray(columns) || !columns.every(isColumn)) return false;
  const length = columns.reduce((sum, spec) => sum + spec.length, 0);
  return (
    length <= MAX_ROW_LENGTH &&
    Object.values(COLUMN).every((name) => columns.some((spec) => spec.name === name && spec.length === 1))
  );
}

function isRows(value: unknown): value is FrameRows {
  return (
    isObject(value) &&
    isWholeNumber(value["rows"]) &&
    Array.isArray(value["columns"]) &&
    value["columns"].every((column) => column instanceof Float64Array || column instanceof Float32Array)
  );
}

function isGhost(value: unknown): value is Ghost {
  if (
    isObject(value) &&
    value["path"] !== undefined &&
    !(
      value["path"] instanceof Float64Array &&
      value["iteration"] instanceof Float64Array &&
      value["path"].length === 2 * value["iteration"].length
    )
  )
    return false;
  return (
    isObject(value) &&
    typeof value["label"] === "string" &&
    value["iteration"] instanceof Float64Array &&
    value["loss"] instanceof Float64Array &&
    value["iteration"].length === value["loss"].length
  );
}

function isSurface(value: unknown): value is LossSurface {
  if (!isObject(value) || typeof value["runId"] !== "string" || !(value["loss"] instanceof Float64Array)) return false;
  const { columns, rows, xRange, yRange, loss } = value;
  return (
    isWholeNumber(columns) &&
    isWholeNumber(rows) &&
    columns > 1 &&
    rows > 1 &&
    loss.length === columns * rows &&
    [xRange, yRange].every((range) => Array.isArray(range) && range.length === 2 && range.every(Number.isFinite))
  );
}

function isAnswer(value: unknown): value is Answer {
  if (!isObject(value) || !isWholeNumber(value["iteration"])) return false;
  switch (value["kind"] as Answer["kind"]) {
    case "inspect":
      return (
        (typeof value["sequence"] === "string" || isWholeNumber(value["sequence"])) && isInspection(value["result"])
      );
    case "predictions":
      return isPredictions(value["predictions"]);
    case "lengths":
      return (
        isObject(value["point"]) &&
        isWholeNumber(value["point"]["length"]) &&
        typeof value["point"]["loss"] === "number"
      );
    case "sample":
      return typeof value["text"] === "string" && typeof value["missing"] === "string" && isWholeNumber(value["draw"]);
    case "decay":
      return (
        isObject(value["decay"]) &&
        value["decay"]["curve"] instanceof Float64Array &&
        isWholeNumber(value["decay"]["from"]) &&
        isWholeNumber(value["layer"])
      );
    case "attribution":
      return isWholeNumber(value["layer"]) && isWholeNumber(value["sequence"]) && isAttribution(value["items"]);
    case "tensors":
      return Array.isArray(value["tensors"]) && value["tensors"].every(isTensor);
    case "norms":
      return isNorms(value["norms"]);
    case "spectrum":
      return isWholeNumber(value["layer"]) && Array.isArray(value["blocks"]) && value["blocks"].every(isSpectrumBlock);
    case "weights":
      return value["values"] instanceof Float64Array;
    default:
      return false;
  }
}

function isTensor(value: unknown): boolean {
  if (!isObject(value) || typeof value["name"] !== "string" || !Array.isArray(value["shape"])) return false;
  const { rows, columns, cells } = value;
  return (
    isWholeNumber(rows) && isWholeNumber(columns) && cells instanceof Float32Array && cells.length === rows * columns
  );
}

function isNorms(value: unknown): boolean {
  if (
    !isObject(value) ||
    ![value["iterations"], value["norms"], value["ratios"]].every((column) => column instanceof Float64Array)
  )
    return false;
  const { iterations, norms, ratios } = value as unknown as Readonly<Record<string, Float64Array>>;
  return (
    norms?.length === ratios?.length &&
    (iterations?.length === 0 || Number.isInteger((norms?.length ?? NaN) / (iterations?.length ?? NaN)))
  );
}

function isSpectrumBlock(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value["gate"] === "string" &&
    value["re"] instanceof Float64Array &&
    value["im"] instanceof Float64Array &&
    value["re"].length === value["im"].length
  );
}

function isAttribution(value: unknown): boolean {
  return (
    isObject(value) &&
    isWholeNumber(value["timeSteps"]) &&
    value["steps"] instanceof Int32Array &&
    value["values"] instanceof Float64Array &&
    value["values"].length === value["steps"].length * (value["timeSteps"] + 1)
  );
}

function isInspection(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { problem, timeSteps, columns, values, input, target } = value;
  if (problem !== undefined)
    return (
      isObject(problem) &&
      typeof problem["message"] === "string" &&
      isWholeNumber(problem["from"]) &&
      isWholeNumber(problem["to"])
    );
  if (
    !isWholeNumber(timeSteps) ||
    !Array.isArray(input) ||
    !Array.isArray(target) ||
    !Array.isArray(columns) ||
    !columns.every(isColumn)
  )
    return false;
  return (
    Array.isArray(values) &&
    values.length === columns.length &&
    columns.every((spec, i) => values[i] instanceof Float64Array && values[i].length === spec.length)
  );
}

function isPredictions(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { sequences, steps, width, outputs, targets, confidence, names } = value;
  if (!isWholeNumber(sequences) || !isWholeNumber(steps) || !isWholeNumber(width) || !Array.isArray(names))
    return false;
  const length = sequences * steps * width;
  return (
    outputs instanceof Float64Array &&
    targets instanceof Float64Array &&
    confidence instanceof Float64Array &&
    outputs.length === length &&
    targets.length === length
  );
}

function isRace(value: unknown): boolean {
  if (
    !isObject(value) ||
    typeof value["phase"] !== "string" ||
    typeof value["budget"] !== "number" ||
    !Array.isArray(value["lanes"])
  )
    return false;
  return value["lanes"].every((lane) => {
    if (
      !isObject(lane) ||
      typeof lane["cell"] !== "string" ||
      !Array.isArray(lane["edits"]) ||
      !isObject(lane["curve"])
    )
      return false;
    const { iteration, loss } = lane["curve"];
    return iteration instanceof Float64Array && loss instanceof Float64Array && iteration.length === loss.length;
  });
}

function isPlace(value: unknown): boolean {
  if (!isObject(value) || !(value["iteration"] === null || isWholeNumber(value["iteration"]))) return false;
  const { timeStep, card } = value;
  return (timeStep === null || isWholeNumber(timeStep)) && (card === null || typeof card === "string");
}
