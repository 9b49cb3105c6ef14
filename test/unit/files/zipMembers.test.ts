import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, crc32 } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { readZipMembers, ZipError } from "../../../src/files/zipMembers";
import { readNpy } from "../../../src/formats/npy";
import { versionOf } from "../python";

// Starting Python takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "rnn-lab-zip-"));
const LIMIT = 10_000_000;

async function read(path: string, isWanted: (name: string) => boolean = () => true, maxBytes = LIMIT) {
  const handle = await open(path);
  try {
    return await readZipMembers(handle, isWanted, maxBytes);
  } finally {
    // Fails where the archive has closed it.
    await handle.close();
  }
}

const numpy = findPythonPackage("numpy");

/** Each with the zip64 field that NumPy writes, the last also without sizes before the members: to what has no seek. */
const SAVE = `
import numpy as np
arrays = {"inputs": np.arange(20000.0).reshape(100, 100, 2), "targets": np.arange(100), "with/slash": np.array("x")}
np.savez("stored.npz", **arrays)
np.savez_compressed("deflated.npz", **arrays)
class Pipe:
    def __init__(self, path):
        self.file = open(path, "wb")
    def write(self, data):
        return self.file.write(data)
    def flush(self):
        self.file.flush()
    def seekable(self):
        return False
    def read(self, n=-1):
        raise OSError
pipe = Pipe("piped.npz")
np.savez(pipe, **arrays)
pipe.file.close()
`;

describe(`archives by NumPy ${versionOf(numpy)}`, () => {
  test.skipIf(numpy.missing !== null)("are read, stored or deflated, with sizes behind the members", async () => {
    execFileSync(numpy.python, ["-c", SAVE], { cwd: folder });
    for (const file of ["stored.npz", "deflated.npz", "piped.npz"]) {
      const path = join(folder, file);
      const { names, members } = await read(path, (name) => name !== "with/slash.npy");
      expect(names).toEqual(["inputs.npy", "targets.npy", "with/slash.npy"]);
      expect(members.map(({ name }) => name)).toEqual(["inputs.npy", "targets.npy"]);
      const [inputs, targets] = members.flatMap(({ bytes }) => readNpy(bytes));
      expect(inputs).toMatchObject({ shape: [100, 100, 2], kind: "float" });
      expect(inputs?.values.at(-1)).toBe(19_999);
      expect(targets?.values.at(-1)).toBe(99);
    }
    await expect(read(join(folder, "deflated.npz"), () => true, 100_000)).rejects.toThrow(
      /^its arrays have 1\d\d,\d\d\d bytes; the maximum is 100,000$/,
    );
  });
});

/** A zip archive of deflated members. @param claimed the size that its directory has for each */
function zip(
  members: readonly (readonly [name: string, data: Uint8Array])[],
  claimed?: number,
  checksum?: number,
): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of members) {
    const packed = deflateRawSync(data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(checksum ?? crc32(data), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimed ?? data.length, 18);
    fields.writeUInt16LE(name.length, 22);
    local.push(Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x00"), fields, attributes, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

describe("an archive that is not right is refused with the reason", () => {
  const data = new Uint8Array(1000).fill(7);
  test.each<[string, Buffer, RegExp]>([
    ["no zip", Buffer.from("not a zip archive"), /^it is not a zip archive that can be read: End of central directory/],
    ["cut off", zip([["a", data]]).subarray(0, 40), /^it is not a zip archive that can be read: /],
    ["more than it says", zip([["a", data]], 10), /^it is not a zip archive that can be read: /],
    ["less than it says", zip([["a", data]], 100_000), /^it is not a zip archive that can be read: /],
    ["a bomb", zip([["a", data]], 0xffff_fff0), /^its arrays have 4,294,967,280 bytes; the maximum is 10,000,000$/],
    ["damaged", zip([["a", data]], undefined, 1), /^the member "a" is damaged: its checksum does not match$/],
    [
      "two of a name",
      zip([
        ["a", data],
        ["a", data],
      ]),
      /^it has two members with the name "a"$/,
    ],
  ])("%s", async (name, bytes, reason) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    await expect(read(path)).rejects.toThrow(reason);
    await expect(read(path)).rejects.toBeInstanceOf(ZipError);
  });

  test("the same archive without the fault is read", async () => {
    writeFileSync(join(folder, "good"), zip([["a", data]]));
    const { members } = await read(join(folder, "good"));
    expect(members).toEqual([{ name: "a", bytes: data }]);
    expect(readFileSync(join(folder, "good")).length).toBeLessThan(data.length);
  });
});
