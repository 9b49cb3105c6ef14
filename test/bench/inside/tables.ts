/** Reads the table that is named, in chunks, and prints what it took. */
import { openSync, readSync, fstatSync } from "node:fs";
import type { ByteSource } from "../../../src/tables/byteSource";
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

const AUTO = {
  delimiter: "auto",
  decimal: "auto",
  thousands: "auto",
  header: "auto",
  skip: "auto",
  footer: "auto",
  comment: "auto",
  missing: null,
} as const;

const names = ["time", "level", "flow", "rain"];
const requests = names.map((name) => ({ name, kind: "number", format: null, key: "columns" }) as const);
const start = performance.now();
const { table } = readTable(fileSource(process.argv[2]!), AUTO, requests);
const seconds = (performance.now() - start) / 1000;
const flow = table.columns[2];
const sum = flow?.kind === "number" ? flow.values.reduce((total, value) => total + value, 0) : NaN;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const cpu = ((userCPUTime + systemCPUTime) / 1e6).toFixed(2);
process.stdout.write(
  `${cpu} CPU s, ${Math.round(maxRSS / 1024)} MB, ${seconds.toFixed(2)} s, ${table.rows} rows, sum ${sum.toFixed(3)}\n`,
);
