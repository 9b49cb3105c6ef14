import { closeSync, fstatSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import * as l10n from "@vscode/l10n";
import { openRegularFileSync, readFromSync } from "../disk/regularFile";
import { MessageError } from "../formats/protobufFields";
import { SummaryReader } from "../formats/summaryEvents";
import { readRecords, type ByteSource } from "../formats/tfRecords";
import { describeForeign, type ForeignRun } from "./foreignRun";
import { ScalarPoints, type RestartRule } from "./scalarPoints";

/** Of a record; longer ones are images and the like. */
const MAX_RECORD_BYTES = 2 ** 20;
/** Of all scalars of a run: beyond that the thread would run out of memory. */
const MAX_POINTS = 2e7;

/** Whether TensorBoard would read a file of this name. */
export function isEventFile(name: string): boolean {
  return name.includes("tfevents");
}

/** What was read of the event files of one run. */
interface Reading {
  readonly points: ScalarPoints;
  count: number;
  startedAt: number;
  endedAt: number;
  readonly problems: string[];
}

/**
 * The scalars in the event files of a folder, which are one run, in the order of the names, as TensorBoard reads them.
 * @param most points of a curve
 * @throws the system's error, IrregularFileError
 */
export function readTensorboardRun(folder: string, rule: RestartRule, most: number): ForeignRun {
  const names = readdirSync(folder).filter(isEventFile).sort();
  const reading: Reading = {
    points: new ScalarPoints(rule),
    count: 0,
    startedAt: NaN,
    endedAt: NaN,
    problems: [],
  };
  for (const name of names) readFile(join(folder, name), reading);
  const { points, startedAt, endedAt, problems } = reading;
  const run = describeForeign({ part: null, name: basename(folder), startedAt, endedAt, points, rule }, most);
  return { ...run, notes: [...run.notes, ...problems] };
}

function readFile(path: string, reading: Reading): void {
  const file = openRegularFileSync(path);
  try {
    const source: ByteSource = {
      size: Number(fstatSync(file, { bigint: true }).size),
      read: (position, length) => readFromSync(file, position, length),
    };
    readEvents(source, basename(path), reading);
  } finally {
    closeSync(file);
  }
}

/** @param name of the file, for what is wrong with it */
export function readEvents(source: ByteSource, name: string, reading: Reading): void {
  const summaries = new SummaryReader();
  const records = readRecords(source, MAX_RECORD_BYTES);
  for (let record = records.next(); ; record = records.next()) {
    if (record.done === true) {
      if (record.value.reason === "damaged")
        reading.problems.push(
          l10n.t(
            "{0} is damaged at byte {1}. What comes before is shown.",
            name,
            record.value.at.toLocaleString("en-US"),
          ),
        );
      return;
    }
    try {
      if (!takeEvent(summaries, record.value, reading)) {
        reading.problems.push(l10n.t("Only its first {0} points are shown.", MAX_POINTS.toLocaleString("en-US")));
        return;
      }
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      reading.problems.push(l10n.t("{0} has a record that is no event. What comes before is shown.", name));
      return;
    }
  }
}

/** @returns whether there is room for more */
function takeEvent(summaries: SummaryReader, record: Uint8Array, reading: Reading): boolean {
  const { wallTime, step, isRestart, scalars } = summaries.read(record);
  if (isRestart) reading.points.restart(step);
  for (const { tag, value } of scalars) reading.points.add(tag, step, value);
  reading.count += scalars.length;
  const milliseconds = wallTime * 1000;
  if (Number.isFinite(milliseconds)) {
    if (!(reading.startedAt <= milliseconds)) reading.startedAt = milliseconds;
    if (!(reading.endedAt >= milliseconds)) reading.endedAt = milliseconds;
  }
  return reading.count < MAX_POINTS;
}
