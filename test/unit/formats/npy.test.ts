import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { readNpy } from "../../../src/formats/npy";
import { versionOf } from "../python";
import { bytesOf, npyBytes, npyFile } from "./npyBytes";

// Starting Python takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const numpy = findPythonPackage("numpy");

/** Saves arrays of every kind, and prints for each its name, shape and values as NumPy has them. */
const SAVE = `
import json, warnings
import numpy as np
from numpy.lib import format

saved = {}
def keep(name, array, version=None, fields=None):
    with open(name + ".npy", "wb") as file:
        if version is None:
            np.save(file, array)
        else:
            format.write_array(file, array, version=version)
    parts = {"": array} if fields is None else fields
    saved[name] = {part: [list(values.shape), values.tolist()] for part, values in parts.items()}

for order in "<>":
    for kind in ["f2", "f4", "f8", "i2", "i4", "i8", "u2", "u4", "u8"]:
        values = np.array([[0, 1, 2], [3, 250, 7]]).astype(order + kind)
        if kind[0] != "u":
            values[0] = -values[0]
        keep(("little-" if order == "<" else "big-") + kind, values)
for kind in ["i1", "u1", "?"]:
    keep("one-" + kind.replace("?", "bool"), np.array([[0, 1], [2, 100]]).astype(kind))
keep("halves", np.array([0.1, -2.5, 6e-8, 65504, 5.96e-8], "f2"))
keep("fortran", np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)))
keep("fortran-ints", np.asfortranarray(np.arange(6, dtype=">i4").reshape(3, 2)))
keep("transposed", np.arange(6.0, dtype="f4").reshape(2, 3).T)
keep("sliced", np.arange(24.0).reshape(4, 6)[::2, 1::2])
keep("single", np.array(3.5))
keep("empty", np.zeros((0, 4)))
keep("five", np.arange(32, dtype="u1").reshape(2, 2, 2, 2, 2))
keep("exact", np.array([2**53, -2**53], "i8"))
keep("text", np.array([["up", "Übermaß"], ["", "\\U0001f600 end"]]))
keep("big-text", np.array(["ab", "c"]).astype(">U3"))
keep("version2", np.arange(3.0), version=(2, 0))
named = np.zeros(2, dtype=[("größe", "<f8")])
keep("version3", named, version=(3, 0), fields={"größe": named["größe"]})
inner = [("a", "<i2"), ("b", "S2")]
layout = np.dtype([("t", "<f8"), ("flag", "?"), ("xyz", ">f4", (3,)), ("in", inner)], align=True)
records = np.zeros((2, 2), dtype=layout)
records["t"] = [[1.5, 2], [3, 4]]
records["flag"] = [[True, False], [False, True]]
records["xyz"] = np.arange(12).reshape(2, 2, 3)
records["in"]["a"] = [[-1, 2], [3, 4]]
parts = {"t": records["t"], "flag": records["flag"], "xyz": records["xyz"], "in.a": records["in"]["a"]}
keep("records", records, fields=parts)
keep("fortran-records", np.asfortranarray(records), fields=parts)
titled = np.array([(1.0,), (2.0,)], dtype=[(("a title", "x"), "<f8")])
keep("titled", titled, fields={"x": titled["x"]})

refused = {
    "object": np.array([1, "a"], dtype=object),
    "time": np.array(["2026-02-01"], "M8[D]"),
    "duration": np.array([3], "m8[s]"),
    "complex": np.array([1j]),
    "void": np.zeros(2, "V3"),
    "long": np.zeros(2, np.longdouble),
    "beyond": np.array([[0, 1], [2**53 + 1, 2]]),
    "beyond-u8": np.array([2**64 - 1], "u8"),
    "latin": np.array([b"\\xff\\xfe"]),
}
if hasattr(np.dtypes, "StringDType"):
    refused["strings"] = np.array(["a", "b"], dtype=np.dtypes.StringDType())
warnings.simplefilter("ignore")
for name, array in refused.items():
    np.save(name, array, allow_pickle=True)
print(json.dumps(saved))
`;

describe(`files by NumPy ${versionOf(numpy)}`, () => {
  test.skipIf(numpy.missing !== null)("have the shapes and values that NumPy saved, or are refused by name", () => {
    const folder = mkdtempSync(join(tmpdir(), "rnn-lab-npy-"));
    const output = execFileSync(numpy.python, ["-c", SAVE], { cwd: folder, encoding: "utf8" });
    const saved = JSON.parse(output) as Record<string, Record<string, [shape: number[], values: unknown]>>;
    const read = (name: string) => readNpy(readFileSync(join(folder, `${name}.npy`)));
    for (const [file, parts] of Object.entries(saved)) {
      const arrays = new Map(read(file).map((array) => [array.name, array]));
      for (const [part, [shape, values]] of Object.entries(parts)) {
        const array = arrays.get(part);
        const flat = [values].flat(Infinity).map((value) => (typeof value === "boolean" ? Number(value) : value));
        expect({ file, part, shape: array?.shape, values: Array.from<unknown>(array?.values ?? []) }).toEqual({
          file,
          part,
          shape,
          values: flat,
        });
      }
    }
    expect(read("records").map(({ name, kind }) => [name, kind])).toEqual([
      ["t", "float"],
      ["flag", "boolean"],
      ["xyz", "float"],
      ["in.a", "integer"],
      ["in.b", "text"],
    ]);
    expect(() => read("object")).toThrow(/^the dtype "\|O" is not supported: its values are pickled Python objects/);
    expect(() => read("time")).toThrow(/^the dtype "<M8\[D\]" is not supported: it is a time/);
    expect(() => read("duration")).toThrow(/^the dtype "<m8\[s\]" is not supported: it is a duration/);
    expect(() => read("complex")).toThrow(/^the dtype "<c16" is not supported: its numbers are complex/);
    expect(() => read("void")).toThrow(/^the dtype "\|V3" is not supported: its values are bytes without a type/);
    expect(() => read("beyond")).toThrow(/^the integer 9007199254740993 at \[1, 0\] has more digits/);
    expect(() => read("beyond-u8")).toThrow(/^the integer 18446744073709551615 at \[0\] has more digits/);
    expect(() => read("latin")).toThrow(/^the bytes at \[0\] are not UTF-8 text/);
    if (existsSync(join(folder, "strings.npy"))) expect(() => read("strings")).toThrow(/pickled Python objects/);
    // Where a long double is no longer than a double, NumPy saves a double.
    try {
      expect(read("long")[0]?.dtype).toBe("<f8");
    } catch (error) {
      expect(String(error)).toMatch(/the dtype "<f16" is not supported: it is not one of NumPy's common float types/);
    }
  });
});

const ONE = bytesOf(Float64Array.of(1));

describe("a file that is not right is refused with the reason", () => {
  test.each<[Uint8Array, RegExp]>([
    [Buffer.from("not an array"), /^not a \.npy file: it does not begin/],
    [npyBytes("'<f8'", "(1,)", ONE).subarray(0, 12), /header is incomplete/],
    [npyBytes("'<f8'", "(1,)", ONE, 2).subarray(0, 10), /header is incomplete/],
    [npyBytes("'<f8'", "(1,)", ONE, 4), /^version 4 of the \.npy format is not known/],
    [npyFile("{'descr': '<f8'}", ONE), /must specify descr, fortran_order, and shape/],
    [npyFile("[1, 2]", ONE), /header is not a dictionary/],
    [npyFile("{'descr': open('x')}", ONE), /not a Python literal near character 16/],
    [npyFile("(".repeat(5000), ONE), /not a Python literal/],
    [npyBytes("'<f8'", "(-1,)", ONE), /not a Python literal/],
    [npyBytes("'<f8'", "(2,)", ONE), /^the array \[2\] requires 16 bytes, but the file has 8; it is incomplete/],
    [npyBytes("'<f8'", "()", bytesOf(Float64Array.of(1, 2))), /^the array \[\] has 8 bytes, but 16 follow the header/],
    [npyBytes("'<f8'", "(99999999999, 99999999999)", ONE), /is too large/],
    [npyBytes("'<f8'", "(1000000000000000,)", ONE), /requires 8,000,000,000,000,000 bytes/],
    [npyBytes("'<f3'", "(1,)", ONE), /^the dtype "<f3" is not supported/],
    [npyBytes("'<U0'", "(1,)", ONE), /^the dtype "<U0" is not supported: its strings have no characters/],
    [npyBytes("[]", "(1,)", ONE), /has no fields/],
    [
      npyBytes("[('a', '<f8', (0,))]", "(1000000000000,)", new Uint8Array()),
      /^the elements of the array have no values/,
    ],
    [npyBytes("[('a', '|O')]", "(1,)", ONE), /^the dtype "\|O" of the field "a" is not supported/],
    [npyBytes("[('a', [('b', '<f4')], (2,))]", "(1,)", ONE), /^the field "a" is an array of records/],
    [npyBytes("[('a',)]", "(1,)", ONE), /no dtype that NumPy writes/],
    [npyBytes("'<U2'", "(1,)", bytesOf(Uint32Array.of(0x110000, 0))), /^the bytes at \[0\] are not UTF-8 text/],
  ])("%#", (bytes, reason) => expect(() => readNpy(bytes)).toThrow(reason));

  test("any damage: read or refused, nothing else", () => {
    const good = npyBytes("[('a', '<f8'), ('b', '<U2')]", "(2, 1)", new Uint8Array(32), 1, true);
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(good.length), (changes, cut) => {
        const bytes = good.slice(0, good.length - cut);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        try {
          readNpy(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect(error).not.toBeInstanceOf(RangeError);
          expect(error).not.toBeInstanceOf(TypeError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

test("a header of Python 2 and a name for each field of records", () => {
  expect(readNpy(npyBytes("'<f8'", "(1L,)", ONE), "x")).toMatchObject([{ name: "x", shape: [1], kind: "float" }]);
  const records = npyBytes(
    "[('a', '|u1'), ('', '|V3'), ('b', '<f4')]",
    "(1,)",
    Uint8Array.of(7, 0, 0, 0, 0, 0, 128, 63),
  );
  expect(readNpy(records, "x").map(({ name, values }) => [name, [...values]])).toEqual([
    ["x.a", [7]],
    ["x.b", [1]],
  ]);
});
