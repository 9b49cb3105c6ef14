import { expect, test } from "vitest";
import { exportFolderName } from "../../../src/export/exportFolderName";

const CLIP = [{ path: ["training", "clip", "norm"], value: 2 }];

function folderOf(name: string | null, experiment = "01-it-learns.rnn.json", varied = false): string {
  const identity = { number: 5, name: name ?? (varied ? "clip.norm 2" : "Run 5 · 6:15 PM") };
  return exportFolderName(
    { notes: { name }, meta: { name: experiment, varied: varied ? CLIP : [] } },
    identity,
    "pytorch",
  );
}

test("a folder is named after the run, and after its experiment where the user has not named the run", () => {
  expect(folderOf("Wide GRU")).toBe("wide-gru-pytorch");
  expect(folderOf(null)).toBe("01-it-learns-run-5-pytorch");
  expect(folderOf(null, "Adding with GRU", true)).toBe("adding-with-gru-clip-norm-2-pytorch");
  expect(folderOf("learningRate 0.01 (#7)")).toBe("learningrate-0.01-7-pytorch");
});

test("no name leads elsewhere or is one that a system refuses", () => {
  expect(folderOf("../../etc/passwd")).toBe("etc-passwd-pytorch");
  expect(folderOf("con")).toBe("con-pytorch");
  expect(folderOf('a\u0000b\nc:*?"<>|.')).toBe("a-b-c-pytorch");
  expect(folderOf("…")).toBe("run-pytorch");
  expect(folderOf("größe 二层")).toBe("größe-二层-pytorch");
  expect(folderOf("x".repeat(300)).length).toBe(48 + "-pytorch".length);
});
