// @ts-check
/**
 * npm run bench:tables -- [--rows 10000000] [--smoke] [--json FILE]
 *
 * Reads a table of four columns into numbers as an experiment does, in two passes over its file: the first counts its
 * lines, checks that it is UTF-8 and computes its checksum. And with pandas where `RNNLAB_PYTHON` has it. CPU seconds
 * and the peak of the memory, each in a process of its own. 33,000,000 rows are 1 GB.
 *
 * --smoke: some thousand rows, to see that the bench works. results.mjs says what the JSON holds.
 */
import { execFile } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readCommandLine, refuse } from "../../scripts/command-line.mjs";
import { bundleForNode } from "../../scripts/node-bundle.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";
import { writeResult } from "./results.mjs";

const { values } = readCommandLine(import.meta.url, {
  options: {
    rows: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const rows = Number(values.rows ?? (values.smoke ? 5000 : 10_000_000));
if (!(Number.isInteger(rows) && rows > 0)) refuse("--rows takes a whole number above 0");

const execute = promisify(execFile);
/** @param {string} command @param {string[]} args */
const outputOf = async (command, args) => (await execute(command, args)).stdout;

/** Prints what results.mjs has of one reader. */
const PANDAS = `import json, resource, sys, pandas
table = pandas.read_csv(sys.argv[1])
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"reader": "pandas", "version": pandas.__version__, "cpuSeconds": used.ru_utime + used.ru_stime,
  "peakMb": used.ru_maxrss / 1024, "rows": len(table), "sum": float(table["flow"].sum())}))`;

const scratch = await makeScratch("bench-tables");
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const table = join(scratch, "table.csv");
writeTable(table, rows);
const folder = await bundleForNode("bench-tables-program", { tables: "test/bench/inside/tables.ts" });
const readers = [JSON.parse(await outputOf(process.execPath, [join(folder, "tables.js"), table]))];
const python = process.env["RNNLAB_PYTHON"];
const hasPandas = python !== undefined && (await outputOf(python, ["-c", "import pandas"]).catch(() => null)) !== null;
if (hasPandas) readers.push(JSON.parse(await outputOf(python, ["-c", PANDAS, table])));
console.log(`${cpus()[0]?.model}, Node ${process.version}, ${rows.toLocaleString("en-US")} rows of 4 columns`);
for (const { reader, version, cpuSeconds, peakMb } of readers)
  console.log(
    `${[reader, version].filter(Boolean).join(" ")}: ${cpuSeconds.toFixed(2)} CPU s, ${peakMb.toFixed(0)} MB at the peak`,
  );
const differing = readers.find(({ rows: read, sum }) => read !== rows || Math.abs(sum - readers[0].sum) > 1e-6 * sum);
if (differing !== undefined) {
  console.error(`${differing.reader} read ${differing.rows} rows with the sum ${differing.sum}`);
  process.exit(1);
}
writeResult("tables", { rows, readers }, values.json);

/** @param {string} path @param {number} count */
function writeTable(path, count) {
  const file = openSync(path, "w");
  writeSync(file, "time,level,flow,rain\n");
  let state = 1;
  for (let row = 0; row < count;) {
    let block = "";
    for (const end = Math.min(count, row + 20_000); row < end; row++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const [level, flow, rain] = [state % 100_003, state % 9_973, state % 1009];
      block += `${row},${(level / 1000).toFixed(3)},${(flow / 7).toFixed(6)},-${(rain / 10).toFixed(1)}\n`;
    }
    writeSync(file, block);
  }
  closeSync(file);
}
