import { existsSync } from "node:fs";
import { open, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linksOf } from "../../scripts/linked-pages.mjs";
import { pack } from "../../scripts/pack.mjs";
import { installVsix } from "../../scripts/profile.mjs";
import { DIST, ROOT } from "../../scripts/paths.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";
import { openFile, runCommand, webviewWith } from "../../scripts/window.mjs";
import { readZipMembers } from "../../src/files/zipMembers";
import { useWindow } from "./harness";

const LARGEST_BYTES = 3_200_000;
const MOST_FILES = 112;

describe("the packed extension", () => {
  let folder: string;
  let packed: Awaited<ReturnType<typeof pack>>;
  /** As VS Code has unpacked it. */
  let installed: string;
  const vsix = () => join(folder, "rnn-lab.vsix");

  // Before the window is opened, which wants it installed.
  beforeAll(async () => {
    folder = await makeScratch("vsix");
    packed = await pack(vsix());
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const window = useWindow({
    installExtension: async (profile) => {
      await installVsix(profile, vsix());
      const folders = await readdir(join(profile, "extensions"));
      installed = join(
        profile,
        "extensions",
        folders.find((name) => name.startsWith("rnn-lab."))!,
      );
    },
  });

  test("is small and holds all that runs and nothing else", async () => {
    expect(packed.bytes).toBeLessThan(LARGEST_BYTES);
    expect(packed.files.length).toBeLessThanOrEqual(MOST_FILES);
    const strays = packed.files.filter(
      (file) =>
        !/^(package(\.nls(\.[\w-]+)?)?\.json|l10n\/bundle\.l10n(\.[\w-]+)?\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[\w./-]+\.(js|css|json|txt)|media\/[\w./-]+|(ARCHITECTURE|CONTRIBUTING|docs\/[\w./-]+|test\/predictions\/README)\.md|docs\/images\/[\w-]+\.(png|svg)|examples\/[\w.-]+|python\/rnnlab_(probe|ray|weights)\.py)$/.test(
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
    // "Watch a PyTorch Model…" puts it beside a script.
    expect(packed.files).toContain("python/rnnlab_probe.py");
    expect(packed.files).toContain("python/rnnlab_weights.py");
  });

  test("has the same bytes when it is made again, in another folder and later", async () => {
    const again = join(folder, "again.vsix");
    await pack(again);
    expect((await readFile(again)).equals(await readFile(vsix()))).toBe(true);
  });

  test("has no link and no picture that leads nowhere", async () => {
    const pages = (await readdir(installed, { recursive: true })).filter((name) => name.endsWith(".md"));
    expect(pages).toEqual(expect.arrayContaining(["readme.md", "changelog.md"]));
    const links: string[] = [];
    for (const page of pages) {
      const text = await readFile(join(installed, page), "utf8");
      links.push(...linksOf(text).map((link) => join(dirname(page), link)));
    }
    expect(links.filter((link) => link.endsWith(".png")).length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(join(installed, link)))).toEqual([]);
  });

  test("leads to the repository where it has an address, and names it", async () => {
    const repository = "https://example.com/lab/rnn-lab";
    const addressed = join(folder, "addressed.vsix");
    await pack(addressed, { repository });
    const handle = await open(addressed);
    const { members } = await readZipMembers(handle, (name) => /(readme\.md|package\.json)$/.test(name), 1e6).finally(
      () => handle.close(),
    );
    const textOf = (name: string): string =>
      new TextDecoder().decode(members.find((member) => member.name === `extension/${name}`)?.bytes);
    const manifest = JSON.parse(textOf("package.json"));
    expect([manifest.repository.url, manifest.bugs.url, manifest.homepage]).toEqual([
      `${repository}.git`,
      `${repository}/issues`,
      `${repository}#readme`,
    ]);
    const links = [...textOf("readme.md").matchAll(/\]\(([^)\s#]+)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !/^https?:/.test(link))).toEqual([]);
    const files = links
      .filter((link) => link.startsWith(`${repository}/`))
      .map((link) => link.replace(/^.*?\/(?:blob|raw)\/HEAD\//, ""));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test("lists the packages inside it in its bill of materials, and the license of each", async () => {
    const bill = JSON.parse(await readFile(join(installed, "dist", "sbom.cdx.json"), "utf8"));
    const notices = await readFile(join(installed, "dist", "third-party-notices.txt"), "utf8");
    const named = [...notices.matchAll(/^={80}\n(\S+ \S+)$/gm)].map(([, one]) => one);
    expect(named.length).toBeGreaterThan(0);
    expect(bill.components.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`)).toEqual(
      named,
    );
  });

  test("runs an experiment when installed", async () => {
    const { page, folder: workspace } = window();
    await openFile(page, join(workspace, "01-it-learns.rnn.json"));
    await runCommand(page, "RNN Lab: Run Experiment");
    const panel = await webviewWith(page, "canvas");
    await panel.getByText("Done", { exact: true }).waitFor();
  });
});
