import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { readSafetensorsArrays } from "../../../src/formats/safetensorsArrays";
import { versionOf } from "../python";
import { bytesOf } from "./npyBytes";

// Starting Python takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A file with one tensor. */
function tensor(dtype: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify({ x: { dtype, shape, data_offsets: [0, data.length] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

test.each<[string, Uint8Array, string, readonly number[]]>([
  ["F64", bytesOf(Float64Array.of(1.5, -2)), "float", [1.5, -2]],
  ["F32", bytesOf(Float32Array.of(1.5, NaN)), "float", [1.5, NaN]],
  ["F16", bytesOf(Uint16Array.of(0x3e00, 0xfc00, 0x7c01, 1)), "float", [1.5, -Infinity, NaN, 2 ** -24]],
  ["BF16", bytesOf(Uint16Array.of(0x3fc0, 0xc000)), "float", [1.5, -2]],
  ["I64", bytesOf(BigInt64Array.of(-3n, 2n ** 53n)), "integer", [-3, 2 ** 53]],
  ["I32", bytesOf(Int32Array.of(-3)), "integer", [-3]],
  ["I16", bytesOf(Int16Array.of(-3)), "integer", [-3]],
  ["I8", bytesOf(Int8Array.of(-3)), "integer", [-3]],
  ["U64", bytesOf(BigUint64Array.of(3n)), "integer", [3]],
  ["U32", bytesOf(Uint32Array.of(2 ** 32 - 1)), "integer", [2 ** 32 - 1]],
  ["U16", bytesOf(Uint16Array.of(65_535)), "integer", [65_535]],
  ["U8", Uint8Array.of(255), "integer", [255]],
  ["BOOL", Uint8Array.of(1, 0), "boolean", [1, 0]],
])("%s is read", (dtype, data, kind, values) => {
  const [array] = readSafetensorsArrays(tensor(dtype, [values.length], data));
  expect({ ...array, values: [...(array?.values ?? [])] }).toEqual({
    name: "x",
    shape: [values.length],
    dtype,
    kind,
    values,
  });
});

test("other types are refused by name, and integers that are no doubles by place", () => {
  expect(() => readSafetensorsArrays(tensor("F8_E4M3", [1], Uint8Array.of(1)))).toThrow(
    /^tensor x: dtype F8_E4M3 is not supported; use one of F64, F32, F16, BF16/,
  );
  expect(() => readSafetensorsArrays(tensor("I64", [1, 1], bytesOf(BigInt64Array.of(2n ** 53n + 1n))))).toThrow(
    /^the integer 9007199254740993 at \[0, 0\] has more digits/,
  );
});

const safetensors = findPythonPackage("safetensors");

test.skipIf(safetensors.missing !== null)(
  `a file by safetensors ${versionOf(safetensors)}, in the order of names`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "rnn-lab-safetensors-"));
    execFileSync(
      safetensors.python,
      [
        "-c",
        `
import numpy as np
from safetensors.numpy import save_file
arrays = {"b": np.arange(6.0).reshape(2, 3), "a": np.array([[1], [2]], "i4"), "c": np.zeros((0, 2), "f4")}
save_file(arrays, "x.safetensors", metadata={"k": "v"})
`,
      ],
      { cwd: folder },
    );
    const arrays = readSafetensorsArrays(readFileSync(join(folder, "x.safetensors")));
    expect(arrays.map(({ name, shape, values }) => [name, shape, [...values]])).toEqual([
      ["a", [2, 1], [1, 2]],
      ["b", [2, 3], [0, 1, 2, 3, 4, 5]],
      ["c", [0, 2], []],
    ]);
  },
);
