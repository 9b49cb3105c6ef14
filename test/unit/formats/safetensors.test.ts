import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { readSafetensors, writeSafetensors, type Tensor } from "../../../src/formats/safetensors";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const element = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0));
const tensors = fc.uniqueArray(
  fc
    .record({
      name: fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__"),
      shape: fc.array(fc.nat(4), { maxLength: 4 }),
    })
    .chain(({ name, shape }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return fc
        .array(element, { minLength: length, maxLength: length })
        .map((values): Tensor => ({ name, shape, values: Float64Array.from(values) }));
    }),
  { selector: ({ name }) => name, maxLength: 6 },
);

test("what was written is read again, bit for bit", () => {
  fc.assert(
    fc.property(tensors, fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), (written, metadata) => {
      const read = readSafetensors(writeSafetensors(written, metadata));
      expect({ ...read.metadata }).toEqual({ ...metadata });
      expect(new Map(read.tensors.map(({ name, shape }) => [name, shape]))).toEqual(
        new Map(written.map(({ name, shape }) => [name, shape])),
      );
      for (const { name, values } of written)
        expect(read.tensors.find((tensor) => tensor.name === name)?.values).toEqual(values);
    }),
  );
});

test("the bytes are those of the format", () => {
  const bytes = Buffer.from(
    writeSafetensors(
      [
        { name: "w", shape: [2, 1], values: Float64Array.of(1.5, -2) },
        { name: "loss", shape: [], values: Float64Array.of(Infinity) },
      ],
      { iteration: "3" },
    ),
  );
  const headerLength = Number(bytes.readBigUInt64LE(0));
  expect(headerLength % 8).toBe(0);
  const header: unknown = JSON.parse(bytes.toString("utf8", 8, 8 + headerLength));
  expect(header).toEqual({
    __metadata__: { iteration: "3" },
    w: { dtype: "F64", shape: [2, 1], data_offsets: [0, 16] },
    loss: { dtype: "F64", shape: [], data_offsets: [16, 24] },
  });
  expect([0, 8, 16].map((offset) => bytes.readDoubleLE(8 + headerLength + offset))).toEqual([1.5, -2, Infinity]);
  expect(bytes.length).toBe(8 + headerLength + 24);
});

test("a file inside a larger buffer is read where it lies", () => {
  const file = writeSafetensors([{ name: "w", shape: [1], values: Float64Array.of(7) }]);
  const larger = new Uint8Array(file.length + 3);
  larger.set(file, 3);
  expect([...(readSafetensors(larger.subarray(3)).tensors[0]?.values ?? [])]).toEqual([7]);
});

/** A file with this header and this many bytes of data. */
function file(header: unknown, dataLength = 0): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataLength)]);
}

describe("a file that is not right is refused with the reason", () => {
  test.each([
    [new Uint8Array(3), /3 bytes are too few/],
    [new Uint8Array([255, 255, 255, 255, 255, 255, 255, 255, 1]), /header length is 18446744073709552000 bytes/],
    [file("{").subarray(0, 8), /header length is 1 bytes, but the file has 8/],
    [file("nonsense"), /header is not JSON/],
    [file([]), /header is not an object/],
    [file({ __metadata__: { a: 1 } }), /metadata/],
    [file({ w: 3 }), /tensor w: the header must specify/],
    [file({ w: { dtype: "F64", shape: [-1], data_offsets: [0, 0] } }), /tensor w: the header must specify/],
    [file({ w: { dtype: "F64", shape: [1], data_offsets: [8, 0] } }, 8), /tensor w: the header must specify/],
    [file({ w: { dtype: "BF16", shape: [1], data_offsets: [0, 2] } }, 2), /BF16 is not supported/],
    [file({ w: { dtype: "F64", shape: [2], data_offsets: [0, 16] } }, 8), /ends at byte 16, but the file has 8/],
    [file({ w: { dtype: "F64", shape: [2], data_offsets: [0, 8] } }, 8), /requires 16 bytes, but there are 8/],
    [file({ w: { dtype: "F64", shape: [1], data_offsets: [8, 16] } }, 16), /starts at byte 8, expected 0/],
    [
      file(
        {
          a: { dtype: "F64", shape: [1], data_offsets: [0, 8] },
          b: { dtype: "F64", shape: [1], data_offsets: [0, 8] },
        },
        8,
      ),
      /starts at byte 0, expected 8/,
    ],
    [file({ w: { dtype: "F64", shape: [1], data_offsets: [0, 8] } }, 9), /after the last tensor: 1/],
    [
      file({ w: { dtype: "F64", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 8] } }, 8),
      /requires .* bytes, but there are 8/,
    ],
  ])("%#", (bytes, reason) => expect(() => readSafetensors(bytes)).toThrow(reason));

  test("any bytes: read or refused, nothing else", () => {
    const good = writeSafetensors([{ name: "w", shape: [2], values: Float64Array.of(1, 2) }]);
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }).map((changes) => {
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damage), (bytes) => {
        try {
          expect(Array.isArray(readSafetensors(bytes).tensors)).toBe(true);
        } catch (error) {
          expect((error as Error).message).toMatch(/tensor|safetensors/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test("tensors that contradict themselves are not written", () => {
  const w: Tensor = { name: "w", shape: [2], values: Float64Array.of(1) };
  expect(() => writeSafetensors([w])).toThrow("tensor w: shape [2] does not match 1 values");
  const ok: Tensor = { ...w, shape: [1] };
  expect(() => writeSafetensors([ok, ok])).toThrow("tensor w: the name is already in use");
  expect(() => writeSafetensors([{ ...ok, name: "__metadata__" }])).toThrow("already in use");
});

test("single precision is read as well", () => {
  const bytes = Buffer.from(file({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8] } }, 8));
  bytes.writeFloatLE(0.5, bytes.length - 8);
  bytes.writeFloatLE(-3, bytes.length - 4);
  expect([...(readSafetensors(bytes).tensors[0]?.values ?? [])]).toEqual([0.5, -3]);
});
