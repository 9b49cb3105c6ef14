/**
 * The figures of a run as a TensorBoard event file, written by hand: TFRecords of `Event` messages in protocol buffers.
 * https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
 * https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
import { maskedCrc32c } from "../formats/crc32c";
import { type ColumnSpec, type TraceRows, COLUMN, OPTIONAL_COLUMN } from "../shared/trace/trace";

export interface EventTimes {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * The event file of each part of a run, by its path. Readers of TensorBoard differ where a tag has two points at a
 * step, or goes back: so a step that comes again has its last row alone, and a run that goes back goes on in a folder
 * of its own, "restart-2/".
 * @param mayLack figures that have no point where they are NaN
 */
export function tensorboardFiles(
  columns: readonly ColumnSpec[],
  rows: TraceRows,
  times: EventTimes,
  mayLack = isOptional,
): Map<string, Uint8Array<ArrayBuffer>> {
  const name = `events.out.tfevents.${Math.floor(times.startedAt / 1000)}.rnnlab`;
  return new Map(
    partsOf(columns, rows).map((part, index) => [
      index === 0 ? name : `restart-${index + 1}/${name}`,
      tensorboardEvents(columns, part, times, mayLack),
    ]),
  );
}

/** Rows with increasing steps. */
function partsOf(columns: readonly ColumnSpec[], { rows, columns: values }: TraceRows): TraceRows[] {
  const steps = stepsOf(columns, { rows, columns: values });
  const parts: number[][] = [[]];
  for (let row = 0; row < rows; row++) {
    const part = parts.at(-1)!;
    const last = part.at(-1);
    if (last !== undefined && steps[row]! < steps[last]!) parts.push([row]);
    else if (last !== undefined && steps[row] === steps[last]) part[part.length - 1] = row;
    else part.push(row);
  }
  // Nearly all runs are one part, as they are.
  if (parts.length === 1 && parts[0]!.length === rows) return [{ rows, columns: values }];
  return parts.map((part) => ({
    rows: part.length,
    columns: values.map((column) => Float64Array.from(part, (row) => column[row] ?? NaN)),
  }));
}

function stepsOf(columns: readonly ColumnSpec[], { rows, columns: values }: TraceRows): Float64Array {
  return values[columns.findIndex(({ name }) => name === COLUMN.iteration)] ?? new Float64Array(rows);
}

/**
 * One scalar a figure and row, in single precision: TensorBoard's page does not list those in double. NaN and
 * infinities too. The time of a row is what an even pace gives: a run does not record it.
 */
export function tensorboardEvents(
  columns: readonly ColumnSpec[],
  { rows, columns: values }: TraceRows,
  { startedAt, endedAt }: EventTimes,
  mayLack = isOptional,
): Uint8Array<ArrayBuffer> {
  const steps = stepsOf(columns, { rows, columns: values });
  const figures = columns.flatMap(({ name }, c) =>
    name === COLUMN.iteration ? [] : [{ name, values: values[c] ?? new Float64Array(0) }],
  );
  const last = Math.max(1, steps[rows - 1] ?? 0);
  const records = [record(versionEvent(startedAt / 1000))];
  for (let row = 0; row < rows; row++) {
    const step = steps[row] ?? 0;
    const time = (startedAt + ((endedAt - startedAt) * step) / last) / 1000;
    // What a run does not have at a step, such as a loss before the first validation, is no point of its curve.
    records.push(
      record(
        scalarsEvent(
          time,
          step,
          figures
            .map(({ name, values: of }) => [name, of[row] ?? NaN] as const)
            .filter(([name, value]) => !(Number.isNaN(value) && mayLack(name))),
        ),
      ),
    );
  }
  return concatenate(records);
}

const OPTIONAL: ReadonlySet<string> = new Set(Object.values(OPTIONAL_COLUMN));

function isOptional(name: string): boolean {
  return OPTIONAL.has(name);
}

// Field numbers and wire types of event.proto and summary.proto.
const WALL_TIME = 1,
  STEP = 2,
  FILE_VERSION = 3,
  SUMMARY = 5;
const SUMMARY_VALUE = 1,
  VALUE_TAG = 1,
  VALUE_SIMPLE = 2;
const VARINT = 0,
  FIXED64 = 1,
  BYTES = 2,
  FIXED32 = 5;

const utf8 = new TextEncoder();

function versionEvent(time: number): Uint8Array[] {
  return [...doubleField(WALL_TIME, time), ...bytesField(FILE_VERSION, [utf8.encode("brain.Event:2")])];
}

function scalarsEvent(
  time: number,
  step: number,
  scalars: readonly (readonly [tag: string, value: number])[],
): Uint8Array[] {
  const values = scalars.flatMap(([tag, value]) =>
    bytesField(SUMMARY_VALUE, [...bytesField(VALUE_TAG, [utf8.encode(tag)]), ...floatField(VALUE_SIMPLE, value)]),
  );
  return [...doubleField(WALL_TIME, time), key(STEP, VARINT), varint(step), ...bytesField(SUMMARY, values)];
}

const key = (field: number, wireType: number): Uint8Array => Uint8Array.of((field << 3) | wireType);

/** @param value whole, 0 to 2^53 */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}

function doubleField(field: number, value: number): Uint8Array[] {
  return [key(field, FIXED64), new Uint8Array(Float64Array.of(value).buffer)];
}

function floatField(field: number, value: number): Uint8Array[] {
  return [key(field, FIXED32), new Uint8Array(Float32Array.of(value).buffer)];
}

function bytesField(field: number, parts: readonly Uint8Array[]): Uint8Array[] {
  return [key(field, BYTES), varint(lengthOf(parts)), ...parts];
}

/** Length, its masked checksum, the data, theirs. */
function record(parts: readonly Uint8Array[]): Uint8Array {
  const data = concatenate(parts);
  const bytes = new Uint8Array(16 + data.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
