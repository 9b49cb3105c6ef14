import { lstatSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import * as l10n from "@vscode/l10n";
import { IrregularFileError } from "../disk/regularFile";
import { describeForeign, type ForeignRun } from "./foreignRun";
import { ScalarPoints } from "./scalarPoints";

/** Values of all runs of a project. */
const MAX_VALUES = 2e7;
/** Of the names of scalars in each other. */
const MAX_DEPTH = 8;
/** For the writer, which holds the database while it closes it. */
const BUSY_MS = 2000;
/** Of one that changes while it is read; after them, what was read is shown until the next look. */
const MAX_ATTEMPTS = 4;
const NON_FINITE: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

interface Sqlite {
  readonly DatabaseSync: typeof DatabaseSync;
}

/** The runs of a project of trackio. @throws Error in words for a person, or the system's error */
export function readTrackioRuns(path: string, most: number, sqlite = findSqlite()): ForeignRun[] {
  if (sqlite === null)
    throw new Error(
      l10n.t(
        "Runs of trackio are in an SQLite database, which needs Node.js {0} or newer. VS Code has Node.js {1} here.",
        "22.13",
        process.versions.node,
      ),
    );
  if (!lstatSync(path).isFile()) throw new IrregularFileError();
  for (let attempt = 1; ; attempt++) {
    const before = stateOf(path);
    const isLast = attempt === MAX_ATTEMPTS;
    try {
      const runs = readOnce(path, most, sqlite);
      if (isLast || stateOf(path) === before) return runs;
    } catch (error) {
      if (isLast || stateOf(path) === before) throw error;
    }
  }
}

/** trackio opens its database for each write: one that is read as not changing may change meanwhile. */
function stateOf(path: string): string {
  return [path, `${path}-wal`]
    .map((file) => lstatSync(file, { throwIfNoEntry: false }))
    .map((found) => (found === undefined ? "" : `${found.ino} ${found.size} ${found.mtimeMs}`))
    .join();
}

function readOnce(path: string, most: number, sqlite: Sqlite): ForeignRun[] {
  const database = openReadOnly(path, sqlite);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    return readProject(database, most);
  } finally {
    database.close();
  }
}

/** Null where this Node.js has none. */
function findSqlite(): Sqlite | null {
  const find = process.getBuiltinModule as typeof process.getBuiltinModule | undefined;
  return (find?.("node:sqlite") as Sqlite | undefined) ?? null;
}

/**
 * A database that nobody writes is opened as one that cannot change: else SQLite would put two files beside it. While a
 * run writes it, those are there, and what is in the write-ahead log is read as well.
 */
function openReadOnly(path: string, { DatabaseSync: Database }: Sqlite): DatabaseSync {
  const log = lstatSync(`${path}-wal`, { throwIfNoEntry: false });
  const url = pathToFileURL(path);
  if (log === undefined || log.size === 0) url.searchParams.set("immutable", "1");
  try {
    return new Database(url, { readOnly: true });
  } catch (error) {
    throw new Error(l10n.t("The database cannot be opened: {0}", String((error as Error).message)), { cause: error });
  }
}

function readProject(database: DatabaseSync, most: number): ForeignRun[] {
  database.exec("PRAGMA trusted_schema = OFF");
  const columns = tableColumns(database);
  if (!["run_name", "step", "metrics", "timestamp"].every((column) => columns.has(column)))
    throw new Error(l10n.t("It is no database of trackio: it has no table of metrics."));
  // Before run_id there was the name alone.
  const key = columns.has("run_id") ? "run_id" : "run_name";
  const runs = new Map<string, { name: string; points: ScalarPoints; startedAt: number; endedAt: number }>();
  let values = 0;
  const rows = database.prepare(`SELECT ${key} AS part, run_name, step, timestamp, metrics FROM metrics ORDER BY id`);
  for (const row of rows.iterate()) {
    const part = textOf(row["part"]);
    let run = runs.get(part);
    if (run === undefined) {
      run = {
        name: textOf(row["run_name"]),
        points: new ScalarPoints("last-of-each-step"),
        startedAt: NaN,
        endedAt: NaN,
      };
      runs.set(part, run);
    }
    const time = Date.parse(textOf(row["timestamp"]));
    if (!(run.startedAt <= time)) run.startedAt = time;
    if (!(run.endedAt >= time)) run.endedAt = time;
    const step = Number(row["step"]);
    for (const [name, value] of scalarsOf(textOf(row["metrics"]))) {
      run.points.add(name, step, value);
      if (++values >= MAX_VALUES) return describeAll(runs, most);
    }
  }
  return describeAll(runs, most);
}

function describeAll(
  runs: ReadonlyMap<string, { name: string; points: ScalarPoints; startedAt: number; endedAt: number }>,
  most: number,
): ForeignRun[] {
  return [...runs].map(([part, run]) => describeForeign({ part, ...run, rule: "last-of-each-step" }, most));
}

function tableColumns(database: DatabaseSync): ReadonlySet<string> {
  try {
    // A view of this name could compute anything.
    const found = database.prepare("SELECT type FROM sqlite_master WHERE name = 'metrics'").get();
    if (found?.["type"] !== "table") return new Set();
    return new Set(
      database
        .prepare("PRAGMA table_info(metrics)")
        .all()
        .map((column) => textOf(column["name"])),
    );
  } catch (error) {
    throw new Error(l10n.t("The database cannot be read: {0}", String((error as Error).message)), { cause: error });
  }
}

/** Columns that are declared TEXT hold the bytes of it. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "string" ? value : String(value ?? "");
}

/** Numbers by name; those in an object have its name before theirs. */
function scalarsOf(json: string): [name: string, value: number][] {
  try {
    return [...numbersIn(JSON.parse(json), "", 0)];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function* numbersIn(value: unknown, name: string, depth: number): Generator<[string, number]> {
  const odd = NON_FINITE.get(value);
  if (typeof value === "number" || odd !== undefined) yield [name, odd ?? (value as number)];
  else if (typeof value === "object" && value !== null && !Array.isArray(value) && depth < MAX_DEPTH)
    for (const [key, item] of Object.entries(value))
      yield* numbersIn(item, name === "" ? key : `${name}/${key}`, depth + 1);
}
