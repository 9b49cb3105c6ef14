import { expect, test } from "vitest";
import { exportFolderName } from "../../../src/export/exportFolderName";

const folderOf = (name: string | null, experiment = "01-it-learns.rnn.json") =>
  exportFolderName({ notes: { name }, meta: { name: experiment } }, "pytorch");

test("a folder is named after the run, otherwise after its experiment", () => {
  expect(folderOf("Wide GRU")).toBe("wide-gru-pytorch");
  expect(folderOf(null)).toBe("01-it-learns-pytorch");
  expect(folderOf(null, "Adding with GRU")).toBe("adding-with-gru-pytorch");
});

test("no name leads elsewhere or is one that a system refuses", () => {
  expect(folderOf("../../etc/passwd")).toBe("etc-passwd-pytorch");
  expect(folderOf("con")).toBe("con-pytorch");
  expect(folderOf('a\u0000b\nc:*?"<>|.')).toBe("a-b-c-pytorch");
  expect(folderOf("…")).toBe("run-pytorch");
  expect(folderOf("größe 二层")).toBe("größe-二层-pytorch");
  expect(folderOf("x".repeat(300)).length).toBe(48 + "-pytorch".length);
});
