import { expect, test } from "vitest";
import { packBinaries } from "../../../scripts/pack-binaries.mjs";
import { createRandom } from "../../../src/core/numerics/random";
import { unpackBinaries } from "../../../src/kernel/unpackBinaries";

test("packed files come back, and what comes again in them is packed once", () => {
  const random = createRandom(1);
  const noise = (length: number) => Uint8Array.from({ length }, () => Math.floor(256 * random.double()));
  const part = noise(3000);
  const files = [
    part,
    new Uint8Array(0),
    Uint8Array.from([...noise(7), ...part.subarray(20, 2900), ...noise(5)]),
    new Uint8Array(500).fill(9),
    noise(15),
  ];
  const packed = packBinaries(files);
  expect(unpackBinaries(packed)).toEqual(files);
  expect(packed.literals.length).toBeLessThan(2 * (3000 + 7 + 5 + 15 + 40));
  expect(packed.copies.length).toBeLessThan(15);
});
