// @ts-check
/**
 * npm run bench:tables: a large table read into columns, in chunks from the disk, beside pandas where `RNNLAB_PYTHON`
 * has it. CPU seconds and the peak of the memory, each in a process of its own.
 */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { bundleForNode } from "../../scripts/node-bundle.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";

const { values } = readCommandLine(import.meta.url, { options: { rows: { type: "string", default: "10000000" } } });
const rows = Number(values.rows);
const table = join(await makeScratch("bench-tables"), "table.csv");
writeTable(table, rows);
const program = join(
  await bundleForNode("bench-tables-program", { tables: "test/bench/inside/tables.ts" }),
  "tables.js",
);
report("RNN Lab", process.execPath, [program, table]);
const python = process.env["RNNLAB_PYTHON"];
if (python !== undefined) report("pandas", python, ["-c", PANDAS(), table]);

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

/** @param {string} name @param {string} command @param {string[]} args */
function report(name, command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: process.env });
  console.log(`${name}: ${status === 0 ? stdout.trim() : `failed. ${stderr.trim().split("\n").at(-1)}`}`);
}

function PANDAS() {
  return `import resource, sys, pandas
table = pandas.read_csv(sys.argv[1])
used = resource.getrusage(resource.RUSAGE_SELF)
print(f"{used.ru_utime + used.ru_stime:.2f} CPU s, {used.ru_maxrss / 1024:.0f} MB, {len(table)} rows, sum {table['flow'].sum():.3f}")`;
}
