import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { collectImports, readImports } from "./imports";

const ROOT = resolve(import.meta.dirname, "../..");

interface SourceFile {
  /** From the project's folder, with slashes: src/core/trainer.ts */
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

/** The pure rooms: what each may import of the project, and of packages. Types are free to import from `config`. */
const PURE: Record<string, { rooms: string[]; packages: string[] }> = {
  shared: { rooms: ["shared"], packages: ["@vscode/l10n"] },
  core: { rooms: ["core", "shared"], packages: ["@vscode/l10n"] },
  kernel: { rooms: ["kernel", "core", "shared"], packages: ["@vscode/l10n"] },
  config: {
    rooms: ["config", "shared"],
    packages: ["@vscode/l10n", "ajv", "fastest-levenshtein", "jsonc-parser", "typebox"],
  },
  sweep: { rooms: ["sweep", "config", "shared"], packages: ["@vscode/l10n", "jsonc-parser"] },
};

const roomOf = (path: string) => path.split("/")[1] ?? "";
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
  test.each(Object.entries(PURE))("src/%s is pure: no editor, no page, no machine", (room, { rooms, packages }) => {
    const strays = src
      .filter(({ path }) => roomOf(path) === room)
      .flatMap((file) =>
        file.imports
          .filter(({ target, own, typeOnly }) =>
            own
              ? !rooms.includes(roomOf(target)) && !(typeOnly && target.startsWith("src/config/"))
              : !packages.includes(packageOf(target)),
          )
          .map(({ target }) => describeImport(file, target)),
      );
    expect(strays).toEqual([]);
  });

  test("the format of run files is pure, so that it can be read anywhere", () => {
    const strays = src
      .filter(({ path }) => path.startsWith("src/runs/format/"))
      .flatMap((file) =>
        file.imports
          .filter(
            ({ target, own, typeOnly }) =>
              target !== "@vscode/l10n" &&
              (!own ||
                !(
                  target.startsWith("src/runs/format/") ||
                  target.startsWith("src/shared/") ||
                  (typeOnly && target.startsWith("src/config/"))
                )),
          )
          .map(({ target }) => describeImport(file, target)),
      );
    expect(strays).toEqual([]);
  });

  test("only worker and session know threads", () => {
    const strays = all
      .filter(({ path }) => !/^(src|test\/unit)\/(worker|session)\//.test(path))
      .flatMap((file) =>
        file.imports
          .filter(({ target }) => /^(node:)?worker_threads$/.test(target))
          .map(({ target }) => describeImport(file, target)),
      );
    expect(strays).toEqual([]);
  });

  test("the webview takes code from src/shared alone, and types from src/config", () => {
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
                  (typeOnly && target.startsWith("src/config/"))
                )
              : target === "vscode" || target.startsWith("node:"),
          )
          .map(({ target }) => describeImport(file, target)),
      );
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

  test("only webview/controls.ts imports the toolkit", () => {
    const importers = all
      .filter(({ imports }) => imports.some(({ target }) => target.startsWith("@vscode/webview-ui-toolkit")))
      .map(({ path }) => path);
    expect(importers).toEqual(["webview/controls.ts"]);
  });

  test("nothing runs the mathematics but the worker, the command line and tests", () => {
    const strays = src
      .filter(({ path }) => !/^src\/(core|kernel|worker|cli)[/.]/.test(path))
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
    expect(
      all.filter(({ text }) => /^export default\b|^export \{[^}]*\bas default\b/m.test(text)).map(({ path }) => path),
    ).toEqual([]);
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
