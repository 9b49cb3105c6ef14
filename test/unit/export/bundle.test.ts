import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bundleFiles, manifestOf } from "../../../src/export/bundle";
import { BUNDLE_FILES, type BundleFile } from "../../../src/export/bundleFormat";
import { asImported } from "../../../src/export/importedRun";
import { readBundle } from "../../../src/export/readBundle";
import { markdownText, reportMarkdown } from "../../../src/export/reportMarkdown";
import { encodeRun } from "../../../src/runs/format/encodeRun";
import { readSafetensors } from "../../../src/formats/safetensors";
import { runOf } from "./support";

const TEXT =
  '// mine\n{ "name": "Mine", "training": { "iterations": 20, "optimizer": { "kind": "sgd", "learningRate": 1e-7 }, "validation": { "share": 0.2 } } }\n';
const RUN = runOf(TEXT);
const FILES = bundleFiles(RUN);
const root = mkdtempSync(join(tmpdir(), "rnn-lab-bundle-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Files = Map<string, Uint8Array | string>;
let folders = 0;
function writeBundle(change: (files: Files) => void = () => undefined, reseal = true): string {
  const folder = join(root, `b${folders++}`);
  mkdirSync(folder);
  const files = new Map(FILES);
  change(files);
  if (reseal) {
    const listed = new Map([...files].filter(([name]) => name !== "bundle.json")) as Map<
      BundleFile,
      Uint8Array | string
    >;
    if (files.get("bundle.json") === FILES.get("bundle.json"))
      files.set("bundle.json", JSON.stringify(manifestOf(listed)));
  }
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  return folder;
}
const manifest =
  (
    change: (manifest: {
      kind: string;
      version: number;
      files: { name: string; bytes: number; sha256: string }[];
    }) => void,
  ) =>
  (files: Files) => {
    const read = JSON.parse(files.get("bundle.json") as string) as Parameters<typeof change>[0];
    change(read);
    files.set("bundle.json", JSON.stringify(read));
  };

describe("a bundle", () => {
  test("comes back as the run that it was, to the last bit", async () => {
    const { goodBytes, ...rest } = await readBundle(writeBundle());
    const { goodBytes: _none, ...original } = RUN;
    expect(rest).toEqual(original);
    expect(goodBytes).toBe((FILES.get("run.rnnrun") as Uint8Array).length);
  });

  test("holds the experiment as it was written, the figures to the last digit, and the weights under PyTorch's names", () => {
    const files = FILES;
    expect([...files.keys()].filter((name) => name !== "bundle.json").toSorted()).toEqual(
      Object.keys(BUNDLE_FILES)
        .filter((name) => name !== "loss.png")
        .toSorted(),
    );
    expect(files.get("experiment.rnn.json")).toBe(TEXT);
    const lines = new TextDecoder()
      .decode(files.get("metrics.csv") as Uint8Array)
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(lines[0]?.slice(0, 3)).toEqual(["iteration", "loss", "gradientNorm"]);
    expect(lines.slice(1).map((line) => Number(line[1]))).toEqual([...(RUN.metrics.rows.columns[1] ?? [])]);
    const { tensors, metadata } = readSafetensors(files.get("weights.safetensors") as Uint8Array);
    expect(tensors.map(({ name }) => name)).toEqual(["weight_ih_l0", "weight_hh_l0"]);
    expect(tensors.flatMap(({ values }) => [...values])).toEqual([...(RUN.checkpoint?.parameters ?? [])]);
    const origin = {
      producer: "RNN Lab",
      format_version: "1",
      experiment: TEXT,
    };
    expect(metadata).toEqual({ ...origin, iteration: "20" });
    const best = readSafetensors(files.get("best.safetensors") as Uint8Array);
    const { iteration, validationLoss, parameters } = RUN.checkpoint?.best ?? {};
    expect(best.tensors.flatMap(({ values }) => [...values])).toEqual([...(parameters ?? [])]);
    const found = { iteration: String(iteration), validationLoss: String(validationLoss) };
    expect(best.metadata).toEqual({ ...origin, ...found });
    expect(RUN.status.best).toEqual({ iteration, validationLoss });
  });

  test("of the version before, with a PNG picture, comes back as well", async () => {
    const folder = writeBundle((files) => {
      files.delete("loss.svg");
      const png = readFileSync(join(import.meta.dirname, "../../../docs/images/panel-dark.png"));
      files.set("loss.png", png);
      const listed = new Map([...files].filter(([name]) => name !== "bundle.json")) as Map<BundleFile, string>;
      files.set("bundle.json", JSON.stringify({ ...manifestOf(listed), version: 1 }));
    });
    expect((await readBundle(folder)).meta.name).toBe("Mine");
  });

  test("of a run that diverged at once is whole too", async () => {
    const diverged = runOf('{ "training": { "optimizer": { "kind": "sgd", "learningRate": 1 } } }');
    expect(diverged.status.phase).toBe("diverged");
    const folder = join(root, "diverged");
    mkdirSync(folder);
    const files = bundleFiles(diverged);
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
    expect((await readBundle(folder)).status.loss).toBe(Infinity);
    expect(files.get("README.md")).toContain("Diverged after");
  });
});

test.each([
  ["startedAt", 1e300],
  ["uri", "a b c://x"],
  ["number", -1],
])("a bundle whose run has an odd %s is refused with that word", async (key, value) => {
  const odd = encodeRun({ ...RUN, meta: { ...RUN.meta, [key]: value } });
  const folder = writeBundle((files) => files.set("run.rnnrun", odd));
  await expect(readBundle(folder)).rejects.toThrow(`${key} in its header is invalid`);
});

test("what is taken in is a run of its own: a new id, and no place on somebody's disk that could be one on ours", () => {
  const { meta, header, rows } = asImported(RUN, "new-id");
  expect([meta.runId, header?.runId, meta.uri]).toEqual(["new-id", "new-id", "rnnlab-imported:/experiment.rnn.json"]);
  expect([meta.configText, meta.configHash, rows]).toEqual([RUN.meta.configText, RUN.meta.configHash, RUN.rows]);
  expect(JSON.stringify(meta)).not.toContain("lab/a.rnn.json");
});

describe("a bundle that was made to do harm, or was damaged, is refused", () => {
  const append = (name: string, text: string) => (files: Files) =>
    void files.set(name, Buffer.concat([Buffer.from(files.get(name) as Uint8Array), Buffer.from(text)]));
  const hostile: [string, (files: Files) => void, boolean, RegExp][] = [
    ["a changed file", (files) => files.set("metrics.csv", "x\n"), false, /metrics\.csv has 2 bytes/],
    [
      "a changed file of the same size",
      (files) => files.set("metrics.csv", Uint8Array.from(files.get("metrics.csv") as Uint8Array).fill(73, 0, 1)),
      false,
      /metrics\.csv .* checksum does not match/,
    ],
    ["a missing file", (files) => void files.delete("run.rnnrun"), false, /run\.rnnrun is missing/],
    ["no run in it", (files) => void files.delete("run.rnnrun"), true, /run\.rnnrun is not listed/],
    ["no manifest", (files) => void files.delete("bundle.json"), false, /bundle\.json is missing/],
    ["a manifest that is not JSON", (files) => files.set("bundle.json", "{"), false, /it is not valid JSON/],
    [
      "a manifest of something else",
      (files) => files.set("bundle.json", '{"kind":"other"}'),
      false,
      /its type is not an RNN Lab run/,
    ],
    ["a manifest of a later version", manifest((read) => (read.version = 4)), false, /its version is 4/],
    [
      "a path out of the folder",
      manifest((read) => read.files.splice(0, 1, { name: "../../etc/passwd", bytes: 1, sha256: "0".repeat(64) })),
      false,
      /lists "\.\.\/\.\.\/etc\/passwd", which does not belong to a bundle/,
    ],
    [
      "an absolute path",
      manifest((read) => (read.files[0]!.name = "/etc/passwd")),
      false,
      /does not belong to a bundle/,
    ],
    [
      "a name of Object's",
      manifest((read) => (read.files[0]!.name = "toString")),
      false,
      /does not belong to a bundle/,
    ],
    [
      "a key that changes prototypes",
      (files) =>
        files.set(
          "bundle.json",
          (files.get("bundle.json") as string).replace('"kind"', '"__proto__": {"polluted": true}, "kind"'),
        ),
      false,
      /the unknown key "__proto__"/,
    ],
    ["a file twice", manifest((read) => read.files.splice(0, 1, read.files[1]!)), false, /lists a file twice/],
    ["a size beyond measure", manifest((read) => (read.files[0]!.bytes = 1e300)), false, /the size of .* is missing/],
    ["a size that is none", manifest((read) => (read.files[0]!.bytes = -1)), false, /the size of .* is missing/],
    [
      "a checksum that is none",
      manifest((read) => (read.files[0]!.sha256 = "0")),
      false,
      /the checksum of .* is missing/,
    ],
    ["a long manifest", (files) => files.set("bundle.json", " ".repeat(100_000)), false, /the maximum is 65,536/],
    [
      "too long a list",
      manifest((read) => (read.files = Array.from({ length: 100 }, () => read.files[0]!))),
      false,
      /no list of files/,
    ],
    [
      "a run with bytes after its end",
      append("run.rnnrun", "more"),
      true,
      /run\.rnnrun is invalid: it is corrupted at byte/,
    ],
    ["a run that is none", (files) => files.set("run.rnnrun", "no run"), true, /run\.rnnrun is invalid/],
    [
      "another experiment",
      (files) => files.set("experiment.rnn.json", '{ "seed": 9 }'),
      true,
      /does not match the experiment in run\.rnnrun/,
    ],
    [
      "an experiment that is none",
      (files) => files.set("experiment.rnn.json", "{"),
      true,
      /experiment\.rnn\.json is invalid/,
    ],
    [
      "weights that are none",
      (files) => files.set("weights.safetensors", "weights"),
      true,
      /weights\.safetensors is invalid/,
    ],
    ["a picture that is a page", (files) => files.set("loss.svg", "<html>"), true, /it is not a loss plot/],
    ["a PNG picture that is a page", (files) => files.set("loss.png", "<html>"), true, /it is not a PNG/],
    [
      "a table that is no text",
      (files) => files.set("metrics.csv", Uint8Array.of(0xff, 0xfe, 0xff)),
      true,
      /metrics\.csv is invalid/,
    ],
  ];
  test.each(hostile)("%s", async (_what, change, reseal, message) => {
    await expect(readBundle(writeBundle(change, reseal))).rejects.toThrow(message);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("a link in the place of a file, and a folder", async () => {
    const folder = writeBundle();
    renameSync(join(folder, "metrics.csv"), join(root, "elsewhere.csv"));
    symlinkSync(join(root, "elsewhere.csv"), join(folder, "metrics.csv"));
    await expect(readBundle(folder)).rejects.toThrow("metrics.csv is not a regular file.");
    rmSync(join(folder, "metrics.csv"));
    mkdirSync(join(folder, "metrics.csv"));
    await expect(readBundle(folder)).rejects.toThrow("metrics.csv is not a regular file.");
  });

  test("files beside it are not looked at", async () => {
    const folder = writeBundle();
    writeFileSync(join(folder, "evil.sh"), "exit 1");
    expect((await readBundle(folder)).meta.name).toBe("Mine");
  });
});

describe("the report", () => {
  test("tells what it was and how it went", () => {
    const report = reportMarkdown(RUN, { final: true, best: true });
    expect(report).toMatch(
      /^# Mine\n\nDone after 20 of 20 iterations, 12 ms of training\. Started 2023-11-14 22:13 UTC\.\n/,
    );
    expect(report).toContain("![Loss by iteration](loss.svg)");
    expect(report).toMatch(/\| loss \| 665,337 \| [\d.,]+ \| [\d.,]+ \|/);
    expect(report).toContain("| optimizer | sgd, learningRate 1e\\-7, weightDecay 0 |");
    expect(report).toContain("[weights.safetensors]");
    expect(reportMarkdown(RUN, { final: false, best: false })).not.toContain("weights.safetensors");
  });

  test("shows foreign text as text: no markup, no links, no mentions, no rows of its own", () => {
    for (const name of [
      "<script>alert(1)</script>",
      "[x](javascript:alert(1))",
      "![](http://evil/x.png)",
      "a | b\n| c | d |",
      "# big",
      "@everyone",
      "http://evil",
      "\u202Egnp.exe",
      "`code`",
      "**bold**",
      "line\r\nbreak",
      "a\u0000b",
    ]) {
      const report = reportMarkdown({ ...RUN, meta: { ...RUN.meta, name } }, { final: true, best: true });
      expect(report.split("\n").length).toBe(reportMarkdown(RUN, { final: true, best: true }).split("\n").length);
      const [title = ""] = report.split("\n");
      expect(title).not.toMatch(/(^|[^\\])[<>[\]`*|!]|@|:\/\/|[\p{Cc}\p{Cf}]/u);
    }
    expect(markdownText("plain words, 3 of them")).toBe("plain words, 3 of them");
  });
});
