import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pack } from "../../scripts/pack.mjs";
import { installVsix } from "../../scripts/profile.mjs";
import { DIST } from "../../scripts/paths.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";
import { openFile, runCommand, webviewWith } from "../../scripts/window.mjs";
import { useWindow } from "./harness";

const LARGEST_BYTES = 1_500_000;
const MOST_FILES = 40;

describe("the packed extension", () => {
  let folder: string;
  let packed: Awaited<ReturnType<typeof pack>>;
  const vsix = () => join(folder, "rnn-lab.vsix");

  // Before the window is opened, which wants it installed.
  beforeAll(async () => {
    folder = await makeScratch("vsix");
    packed = await pack(vsix());
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const window = useWindow({ installExtension: (profile) => installVsix(profile, vsix()) });

  test("is small and holds all that runs and nothing else", async () => {
    expect(packed.bytes).toBeLessThan(LARGEST_BYTES);
    expect(packed.files.length).toBeLessThanOrEqual(MOST_FILES);
    const strays = packed.files.filter(
      (file) =>
        !/^(package(\.nls(\.[\w-]+)?)?\.json|l10n\/bundle\.l10n(\.[\w-]+)?\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[\w./-]+\.(js|css|json|txt)|media\/[\w./-]+)$/.test(
          file,
        ),
    );
    expect(strays).toEqual([]);
    // A page or thread that is built and left out would fail where it is opened first.
    const built = (await readdir(DIST, { recursive: true }))
      .map((file) => `dist/${file.replaceAll("\\", "/")}`)
      .filter((file) => /^dist\/(webview\/)?[\w.-]+\.(js|css)$/.test(file));
    expect(built.filter((file) => !packed.files.includes(file))).toEqual([]);
    // Without its texts VS Code would show the keys of package.json.
    expect(packed.files).toContain("package.nls.json");
    expect(packed.files).toContain("l10n/bundle.l10n.json");
  });

  test("runs an experiment when installed", async () => {
    const { page, folder: workspace } = window();
    await openFile(page, join(workspace, "01-it-learns.rnn.json"));
    await runCommand(page, "RNN Lab: Run Experiment");
    const panel = await webviewWith(page, "canvas");
    await panel.getByText("Done", { exact: true }).waitFor();
  });
});
