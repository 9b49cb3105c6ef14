import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { collectImports, readImports } from "./imports";
import { roomName, roomOf, ROOMS, roomTables } from "./rooms";

const ROOT = resolve(import.meta.dirname, "../..");

interface SourceFile {
  /** From the project's folder, with slashes: src/core/training/trainer.ts */
  readonly path: string;
  readonly text: string;
  /** Packages by name ("node:fs", "chart.js"), own files by their path from the project's folder without extension. */
  readonly imports: readonly { readonly target: string; readonly own: boolean; readonly typeOnly: boolean }[];
}

function readFolder(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.m?ts$/.test(name) && !name.includes(".generated."))
    .map((name) => readSource(join(ROOT, folder, name)));
}

function readSource(file: string): SourceFile {
  const toPath = (absolute: string) => relative(ROOT, absolute).replaceAll("\\", "/");
  const imports = readImports(file).map(({ from, typeOnly }) => {
    const own = from.startsWith(".");
    return { target: own ? toPath(resolve(dirname(file), from)) : from, own, typeOnly };
  });
  return { path: toPath(file), text: readFileSync(file, "utf8"), imports };
}

const src = readFolder("src");
const webview = readFolder("webview");
const tests = readFolder("test");
const all = [...src, ...webview, ...tests];

/** The pure folders, which import no `vscode`, no DOM and no `node:` module, and the packages they may import. */
const PURE: Record<string, string[]> = {
  "src/shared": ["@vscode/l10n", "typebox"],
  "src/lib": ["@vscode/l10n", "fastest-levenshtein"],
  "src/formats": ["@vscode/l10n", "jsonc-parser"],
  "src/tables": ["@vscode/l10n"],
  "src/config": ["@vscode/l10n", "ajv", "fastest-levenshtein", "jsonc-parser", "typebox"],
  "src/core": ["@vscode/l10n"],
  "src/kernel": ["@vscode/l10n"],
  "src/diagnosis": ["@vscode/l10n"],
  "src/fixes": [],
  "src/search": [],
  "src/sweepPlan": ["@vscode/l10n", "jsonc-parser"],
  "src/runs/format": ["@vscode/l10n", "typebox"],
};

const describeImport = (file: SourceFile, target: string) => `${file.path} imports ${target}`;

describe("the reader of imports", () => {
  test("finds each form of import and knows types from values", () => {
    const text = `import a from "1"; import type { b } from "2"; import { type c } from "3"; import { type d, e } from "4"; import "5"; export * from "6";
      export type { f } from "7"; type G = import("8").G; const h = await import("9"); const i = require("10"); import j = require("11"); import * as k from "12";`;
    const values = ["1", "4", "5", "6", "9", "10", "11", "12"];
    expect(collectImports(text).map(({ from }) => from)).toEqual(
      Array.from({ length: 12 }, (_, index) => String(index + 1)),
    );
    expect(
      collectImports(text)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ from }) => from),
    ).toEqual(values);
  });

  test("sees this project: the extension imports vscode, the panel its charts", () => {
    expect(src.find(({ path }) => path === "src/extension.ts")?.imports.map(({ target }) => target)).toContain(
      "vscode",
    );
    expect(webview.flatMap(({ imports }) => imports.map(({ target }) => target))).toContain("chart.js");
  });
});

describe("imports", () => {
  test.each(ROOMS)("$folder imports what ARCHITECTURE.md says, and nothing else", (room) => {
    const own = [...src, ...webview].filter(({ path }) => roomOf(path) === room);
    expect(own).not.toEqual([]);
    const targets = own.flatMap(({ imports }) =>
      imports.filter(({ own: ours, target }) => ours && !target.endsWith(".css")).map(({ target }) => target),
    );
    const rooms = new Set(targets.map((target) => roomOf(`${target}.ts`)).filter((other) => other !== room));
    expect([...rooms].map((other) => (other === null ? "no room" : roomName(other))).sort()).toEqual(
      room.imports.split(" ").filter((name) => name !== ""),
    );
  });

  test("every file has a room, and ARCHITECTURE.md shows the rooms there are", () => {
    expect([...src, ...webview].filter(({ path }) => roomOf(path) === null).map(({ path }) => path)).toEqual([]);
    expect(readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8")).toContain(roomTables());
  });

  test.each([
    ["rooms", (path: string) => roomOf(path)?.folder ?? path],
    ["folders", (path: string) => dirname(path)],
    [
      "folders below src and webview, with all that is in them",
      (path: string) => path.split("/").slice(0, 2).join("/"),
    ],
    ["files", (path: string) => path],
  ])("no %s import each other in a circle, types counted", (_what, nodeOf) => {
    const shipped = [...src, ...webview].filter(({ path }) => !path.startsWith("webview/fake/"));
    expect(findCircle(shipped, nodeOf)).toBeNull();
  });

  test.each(Object.entries(PURE))("%s is pure: no editor, no page, no machine", (folder, packages) => {
    const strays = src
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .flatMap((file) =>
        file.imports
          .filter(({ target, own }) => !own && !packages.includes(packageOf(target)))
          .map(({ target }) => describeImport(file, target)),
      );
    expect(strays).toEqual([]);
  });

  test.each(Object.keys(PURE))("%s imports pure folders only", (folder) => {
    const isPure = (target: string) => Object.keys(PURE).some((pure) => target.startsWith(`${pure}/`));
    // Types of a file that is not pure would be free to import, but none is.
    const strays = src
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .flatMap((file) =>
        file.imports
          .filter(({ target, own }) => own && !isPure(target))
          .map(({ target }) => describeImport(file, target)),
      );
    expect(strays).toEqual([]);
  });

  test("only threads and worker know threads", () => {
    const strays = all
      .filter(({ path }) => !/^(src|test\/unit)\/(worker|threads)\//.test(path))
      .flatMap((file) =>
        file.imports
          .filter(({ target }) => /^(node:)?worker_threads$/.test(target))
          .map(({ target }) => describeImport(file, target)),
      );
    expect(strays).toEqual([]);
  });

  test("the webview takes code from src/shared and src/lib alone, and types from src/config", () => {
    // The page that stands in for VS Code trains for real, and is not shipped.
    const strays = webview
      .filter(({ path }) => !path.startsWith("webview/fake/"))
      .flatMap((file) =>
        file.imports
          .filter(({ target, own, typeOnly }) =>
            own
              ? !(
                  target.startsWith("webview/") ||
                  target.startsWith("src/shared/") ||
                  target.startsWith("src/lib/") ||
                  (typeOnly && target.startsWith("src/config/"))
                )
              : target === "vscode" || target.startsWith("node:"),
          )
          .map(({ target }) => describeImport(file, target)),
      );
    expect(strays).toEqual([]);
  });

  test("no schema of a message or stored state is loaded at run time", () => {
    const outside = [...src, ...webview].filter(({ path }) => !path.startsWith("src/config/"));
    const schemas = outside.filter(({ imports }) => imports.some(({ target }) => target === "typebox"));
    expect(schemas.map(({ path }) => path).filter((path) => !/Schema\.ts$|schemaParts\.ts$/.test(path))).toEqual([]);
    const modules = new Set(schemas.map(({ path }) => path.replace(/\.ts$/, "")));
    const strays = outside
      .filter((file) => !schemas.includes(file))
      .flatMap((file) =>
        file.imports
          .filter(({ target, typeOnly }) => !typeOnly && modules.has(target))
          .map(({ target }) => describeImport(file, target)),
      );
    expect(modules.size).toBeGreaterThan(9);
    expect(strays).toEqual([]);
  });

  test("nothing in src knows the webview", () => {
    expect(
      src.flatMap((file) =>
        file.imports
          .filter(({ target }) => target.startsWith("webview/"))
          .map(({ target }) => describeImport(file, target)),
      ),
    ).toEqual([]);
  });

  test("only webview/ui/controls.ts imports the toolkit", () => {
    const importers = all
      .filter(({ imports }) => imports.some(({ target }) => target.startsWith("@vscode/webview-ui-toolkit")))
      .map(({ path }) => path);
    expect(importers).toEqual(["webview/ui/controls.ts"]);
  });

  test("nothing runs the mathematics but the worker, the command line and tests", () => {
    const strays = src
      .filter(({ path }) => !/^src\/(core|kernel|worker|cli)[/.]|^src\/export\/exportFiles/.test(path))
      .flatMap((file) =>
        file.imports
          .filter(({ target, typeOnly }) => !typeOnly && /^src\/(core|kernel)\//.test(target))
          .map(({ target }) => describeImport(file, target)),
      );
    expect(strays).toEqual([]);
  });
});

describe("files", () => {
  test("export by name, gather nothing and leave no work marked", () => {
    const bareName = (path: string) => posix.basename(path);
    // Vitest takes an environment from nothing else.
    expect(
      all.filter(({ text }) => /^export default\b|^export \{[^}]*\bas default\b/m.test(text)).map(({ path }) => path),
    ).toEqual(["test/page/oneBrowser.ts", "test/fixtures/attempts/vitest.config.mts"]);
    expect(
      [...src, ...webview]
        .filter(({ path }) => ["index.ts", "utils.ts"].includes(bareName(path)))
        .map(({ path }) => path),
    ).toEqual([]);
    // Spelt so that this file does not find itself.
    const marks = new RegExp(["TO" + "DO", "FIX" + "ME", "X" + "XX"].map((mark) => `\\b${mark}\\b`).join("|"));
    expect(all.filter(({ text }) => marks.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

/** "@scope/name/file" -> "@scope/name" */
function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
}

/** @returns the nodes of a circle in their order, null when there is none */
function findCircle(files: readonly SourceFile[], nodeOf: (path: string) => string): string[] | null {
  const known = new Map(files.map(({ path }) => [path.replace(/(\.d)?\.m?ts$/, ""), path]));
  const edges = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const from = nodeOf(path);
    const to = edges.get(from) ?? new Set();
    edges.set(from, to);
    for (const { target } of imports) {
      const imported = known.get(target);
      if (imported !== undefined && nodeOf(imported) !== from) to.add(nodeOf(imported));
    }
  }
  const finished = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (finished.has(node)) return null;
    for (const next of edges.get(node) ?? []) {
      const circle = visit(next, [...path, node]);
      if (circle !== null) return circle;
    }
    finished.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const circle = visit(node, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** What shows text, and the one file that calls it: there the text is made inert, whatever it was made of. */
const SINKS: readonly (readonly [sink: RegExp, file: string])[] = [
  [/\.show(?:Information|Warning|Error)Message\b/, "src/window/notifications.ts"],
  [/\.(?:show|create)QuickPick\b/, "src/window/quickPick.ts"],
  [/\.(?:show|create)InputBox\b/, "src/window/inputBox.ts"],
  [/\.(?:createStatusBarItem|setStatusBarMessage)\b/, "src/window/statusItem.ts"],
  [/\bMarkdownString\(/, "src/window/linkedText.ts"],
  [
    /\bnew vscode\.TreeItem\b|\bview\.message = |(?<!this\.)\bitem\.(?:label|description|tooltip) = /,
    "src/window/treeItem.ts",
  ],
  [/\.createWebviewPanel\b|\b(?:panel|tab)\.title = /, "src/window/webviewTab.ts"],
  [/"vscode\.diff"/, "src/window/diffTab.ts"],
  [/\.createOutputChannel\b/, "src/window/log.ts"],
  [/\bprocess\.std(?:out|err)\.write\b|\bconsole\./, "src/cli/terminal.ts"],
];

describe("text from outside", () => {
  test.each(SINKS)("%s stands in %s alone", (sink, file) => {
    const callers = src.filter(({ text }) => sink.test(text)).map(({ path }) => path);
    expect(callers).toEqual([file]);
  });

  test("no icon is put into a text by hand: iconText and the icon of a choice do that", () => {
    const AT_ICONS = ["src/window/quickPick.ts", "src/lib/outsideText.ts"];
    const strays = src
      .filter(({ path, text }) => !AT_ICONS.includes(path) && /(?<!iconText)[`"]\$\([a-z]/.test(text))
      .map(({ path }) => path);
    expect(strays).toEqual([]);
  });

  test("what was thrown is put into words by describeError", () => {
    const strays = src
      .filter(({ path, text }) => path !== "src/lib/outsideText.ts" && /\.message : String\(/.test(text))
      .map(({ path }) => path);
    expect(strays).toEqual([]);
  });

  test("no value stands in a message as JSON of any length: describeValue bounds it", () => {
    // Words of the schema are ours.
    const OURS =
      /^src\/config\/(?:schema\/|facts\/taskTraits|read\/validate|read\/sweepCheck)|^src\/library\/runLibrary/;
    const strays = src
      .filter(({ path, text }) => !OURS.test(path) && /l10n\.t\((?:[^()]|\([^()]*\))*JSON\.stringify\(/.test(text))
      .map(({ path }) => path);
    expect(strays).toEqual([]);
  });
});
