/** Reads the table that is named, in chunks, and prints what it took, as results.mjs has it of one reader. */
import { openSync, readSync, fstatSync } from "node:fs";
import type { ByteSource } from "../../../src/tables/byteSource";
import { AUTO_KEYS } from "../../../src/tables/dialect";
import { readTable } from "../../../src/tables/readTable";

const CHUNK_BYTES = 2 ** 18;

function fileSource(path: string): ByteSource {
  const file = openSync(path, "r");
  const { size } = fstatSync(file);
  const read = (from: number, to: number): Uint8Array => {
    const bytes = new Uint8Array(Math.max(0, Math.min(size, to) - from));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
  };
  return {
    size,
    read,
    *chunks(from) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      for (let at = from; at < size;) {
        const length = readSync(file, chunk, 0, chunk.length, at);
        if (length === 0) return;
        yield chunk.subarray(0, length);
        at += length;
      }
    },
  };
}

const names = ["time", "level", "flow", "rain"];
const requests = names.map((name) => ({ name, kind: "number", format: null, key: "columns" }) as const);
const { table } = readTable(fileSource(process.argv[2]!), AUTO_KEYS, requests);
const flow = table.columns[2];
const sum = flow?.kind === "number" ? flow.values.reduce((total, value) => total + value, 0) : NaN;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
const { rows } = table;
console.log(JSON.stringify({ reader: "RNN Lab", version: null, cpuSeconds, peakMb: maxRSS / 1024, rows, sum }));
