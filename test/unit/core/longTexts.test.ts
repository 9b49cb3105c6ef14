import { describe, expect, test } from "vitest";
import { checkColumns } from "../../../src/config/read/checkColumns";
import { parseExperiment } from "../../../src/config/read/parse";
import { createTrainer } from "../../../src/core/training/trainer";
import { readSafetensors, writeSafetensors } from "../../../src/formats/safetensors";
import { MAX_MESSAGE } from "../../../src/lib/outsideText";
import { experimentOf } from "../config/support";

const LONG = "\u0001\u202E\u001B[31m".repeat(200_000);

/** Why the experiment cannot run. */
function refusal(text: string, files: { readonly data?: string; readonly weights?: Uint8Array }): string {
  try {
    createTrainer(experimentOf(text), { files: { data: files.data ?? null, weights: files.weights ?? null } });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "none";
}

/** The tensors of a file under other names. */
function rename(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length)).trimEnd();
  const renamed = new TextEncoder().encode(header.replace(JSON.stringify(from), JSON.stringify(to)));
  const file = new Uint8Array(8 + renamed.length + bytes.length - 8 - length);
  new DataView(file.buffer).setBigUint64(0, BigInt(renamed.length), true);
  file.set(renamed, 8);
  file.set(bytes.subarray(8 + length), 8 + renamed.length);
  return file;
}

const CSV = (columns: string) => `{ "task": { "kind": "csv", "file": "t.csv", "columns": [${columns}], "length": 2 } }`;
const FROM_FILE = '{ "model": { "init": { "file": "w.safetensors" } } }';
const weights = writeSafetensors([{ name: "weight", shape: [1], values: new Float64Array(1) }]);

describe("a message is short and has no control characters", () => {
  test.each<[what: string, message: () => string, holds: RegExp]>([
    [
      "a value of a table",
      () => refusal(CSV('"v"'), { data: `v\n1\n${LONG}\n3\n4\n5\n` }),
      /line 3, column "v".*is not a number/,
    ],
    [
      "a name of a column in the file",
      () => refusal(CSV('"w"'), { data: `${LONG},b\n1,2\n` }),
      /no column "w".*\\u0001.*, "b"/,
    ],
    [
      "the names of 100,000 columns",
      () => refusal(CSV('"w"'), { data: `${Array.from({ length: 100_000 }, (_, i) => `c${i}`).join()}\n` }),
      /no column "w".*"c4", and 99,995 more/,
    ],
    [
      "those columns where the text is checked",
      () =>
        checkColumns(
          CSV('"w"'),
          experimentOf(CSV('"w"')),
          { file: "a.csv", columns: Array.from({ length: 100_000 }, (_, i) => `column ${i}`) },
          null,
        )[0]?.message ?? "",
      /no column "w".*, and 99,9\d\d more/,
    ],
    [
      "a name in a weights file",
      () => refusal(FROM_FILE, { weights: rename(weights, "weight", LONG) }),
      /no such tensor/,
    ],
    [
      "a shape and a type in a weights file",
      () => {
        try {
          return String(readSafetensors(rename(weights, "F64", LONG)));
        } catch (error) {
          return String(error);
        }
      },
      /dtype .* is not supported/,
    ],
    [
      "a name of a tensor in the experiment",
      () => refusal(`{ "model": { "init": { "values": { ${JSON.stringify(LONG.slice(0, 100_000))}: 1 } } } }`, {}),
      /no such tensor/,
    ],
    [
      "a key of the experiment",
      () => parseExperiment(`{ ${JSON.stringify(LONG.slice(0, 100_000))}: 1 }`).problems[0]?.message ?? "",
      /has no key/,
    ],
  ])("about %s", (_what, message, holds) => {
    const text = message();
    expect(text).toMatch(holds);
    expect(text.length).toBeLessThanOrEqual(MAX_MESSAGE);
    expect(text).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
  });
});
