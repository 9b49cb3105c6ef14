/** Reads the table that is named as an experiment does, and prints what it took, see results.mjs for the fields. */
import { openTableAt } from "../../../src/files/openTable";
import { AUTO_KEYS } from "../../../src/tables/dialect";
import { readTable } from "../../../src/tables/readTable";

const names = ["time", "level", "flow", "rain"];
const requests = names.map((name) => ({ name, kind: "number", format: null, key: "columns" }) as const);
const { table } = readTable(openTableAt(process.argv[2]!), AUTO_KEYS, requests);
const flow = table.columns[2];
const sum = flow?.kind === "number" ? flow.values.reduce((total, value) => total + value, 0) : NaN;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
const { rows } = table;
console.log(JSON.stringify({ reader: "RNN Lab", version: null, cpuSeconds, peakMb: maxRSS / 1024, rows, sum }));
