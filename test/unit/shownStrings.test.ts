import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readImports } from "./imports";
import { collectBareStrings, collectCompared, collectTranslated } from "./shownStrings";

const ROOT = resolve(import.meta.dirname, "../..");

/** The files that talk to VS Code, which translates for them itself. */
const hostFiles = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter(
    (name) =>
      name.endsWith(".ts") &&
      readImports(join(ROOT, "src", name)).some(({ from, typeOnly }) => from === "vscode" && !typeOnly),
  )
  .map((name) => ({ name: name.replaceAll("\\", "/"), text: readFileSync(join(ROOT, "src", name), "utf8") }));

/** What may be shown by VS Code, the panel or a thread. */
const sources = ["src", "webview"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes(".generated."))
    .map((name) => ({
      name: `${folder}/${name.replaceAll("\\", "/")}`,
      text: readFileSync(join(ROOT, folder, name), "utf8"),
    })),
);

/** The terminal program, files that are written, and what stands in for VS Code are English. */
const ENGLISH = /^(?:src\/cli|src\/export\/(?!exportForms|readBundle)|webview\/fake\/|src\/config\/editorSchema\.ts)/;
/** Messages of one of our parts to another that is none are for us. */
const FOR_DEVELOPERS =
  /^webview\/(?:sweep\/)?messages\.ts|: (?:dist\/\w+\.js must be started|The page has no #app|Ignored an unknown message|The view $| has no heading)/;
/** Values of the experiment file, and names, are the same in every language. */
const VALUE = /^(?:[a-z]+(?:-[a-z]+)*|TensorBoard)$/;

/** What they throw goes to the log, which is English. */
const LOGGING = new Set(["panel/panelSerializer.ts"]);

describe("the finder of bare strings", () => {
  test("finds words in what is shown", () => {
    const text = `vscode.window.showErrorMessage("It broke.");
      vscode.window.showQuickPick(items, { title: \`Pace of \${name}\` });
      item.tooltip = done ? "ready" : \`\${name}: \${count === 1 ? "one run" : count}\`;
      throw new Error("Say so.");
      const items = [{ label: "$(beaker) Check" }];
      lens(iconText\`$(play) Start \${name}\`, command);
      item.description = ["pinned", ...(known ? ["and known"] : [])].filter(Boolean).join(" · ");`;
    expect(collectBareStrings(text).map(({ text: found }) => found)).toEqual([
      "It broke.",
      "Pace of ",
      "ready",
      "one run",
      "Say so.",
      " Check",
      " Start ",
      "pinned",
      "and known",
    ]);
  });

  test("lets icons, signs, and what is translated or only compared, be", () => {
    const text = `item.text = \`$(sync~spin) \${name}: \${loss} · \${vscode.l10n.t("loss {0}", loss)}\`;
      lens(\`$(play) \${vscode.l10n.t("Run")}\`, command);
      vscode.window.showQuickPick(items, { placeHolder: phase === "idle" ? "" : vscode.l10n.t("Which?") });`;
    expect(collectBareStrings(text)).toEqual([]);
    expect(collectTranslated(text)).toEqual(["loss {0}", "Run", "Which?"]);
  });
});

describe("the finder of compared texts", () => {
  test("finds a translated text on either side, in a list, and in a case", () => {
    const text = `if (message?.startsWith(l10n.t("It diverged")) === true) stop();
      if ([vscode.l10n.t("SELECT")].includes(target.tagName)) return;
      const isRun = label === l10n.t("Run");
      switch (label) { case l10n.t("Stop"): }`;
    expect([...new Set(collectCompared(text))]).toEqual(["It diverged", "SELECT", "Run", "Stop"]);
  });

  test("lets a text be that a comparison chooses", () => {
    expect(
      collectCompared(`show(phase === "done" ? l10n.t("Done") : ["a"].includes(phase) ? l10n.t("A") : "");`),
    ).toEqual([]);
  });
});

describe("what the host shows", () => {
  test("goes through vscode.l10n.t", () => {
    expect(hostFiles.length).toBeGreaterThan(30);
    const shown = hostFiles.filter(({ name }) => !LOGGING.has(name));
    expect(
      shown.flatMap(({ name, text }) =>
        collectBareStrings(text).map((bare) => `src/${name}:${bare.line} ${JSON.stringify(bare.text)}`),
      ),
    ).toEqual([]);
  });

  test("goes through l10n.t where no VS Code is", () => {
    const others = sources.filter(
      ({ name }) => !ENGLISH.test(name) && !hostFiles.some((host) => name === `src/${host.name}`),
    );
    expect(others.length).toBeGreaterThan(300);
    const bare = others.flatMap(({ name, text }) =>
      collectBareStrings(text)
        .filter((found) => !VALUE.test(found.text))
        .map((found) => `${name}: ${found.text}`),
    );
    expect(bare.filter((found) => !FOR_DEVELOPERS.test(found))).toEqual([]);
  });

  test("is never compared: another language compares otherwise", () => {
    expect(sources.flatMap(({ name, text }) => collectCompared(text).map((found) => `${name}: ${found}`))).toEqual([]);
  });

  test("is for people: no names of HTML, keys of the config or other code", () => {
    const keys = sources.flatMap(({ text }) => collectTranslated(text));
    expect(keys.filter((key) => /^(?:[A-Z\d_-]{2,}|[a-z]+(?:[A-Z][a-z]*)+|[\w-]+(?:\.[\w-]+)+)$/.test(key))).toEqual(
      [],
    );
  });

  test("is in the bundle for translators, and nothing else is (npm run l10n writes it)", () => {
    const bundle = JSON.parse(readFileSync(join(ROOT, "l10n/bundle.l10n.json"), "utf8")) as Record<string, string>;
    const translated = new Set(sources.flatMap(({ text }) => collectTranslated(text)));
    expect(Object.keys(bundle).sort()).toEqual([...translated].sort());
  });
});
