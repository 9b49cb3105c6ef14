import { describe, expect, test } from "vitest";
import { readManifest, readRawManifest, readTexts, resolveKeys } from "./manifest";

const manifest = readRawManifest();
const texts = readTexts();

/** Under these names package.json says something to a person. */
const SHOWN = new Set([
  "title",
  "name",
  "description",
  "markdownDescription",
  "enumDescriptions",
  "markdownEnumDescriptions",
  "deprecationMessage",
  "contents",
  "altText",
  "contextualTitle",
  "category",
]);
/** A name of its own is the same in every language. */
const PRODUCT = "RNN Lab";

/** Strings that a person reads, with where they stand. */
function shownTexts(value: unknown, path: readonly string[] = [], shown = false): { path: string; text: string }[] {
  if (typeof value === "string") return shown ? [{ path: path.join("."), text: value }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    shownTexts(item, [...path, name], Array.isArray(value) ? shown : SHOWN.has(name)),
  );
}

describe("the texts of package.json", () => {
  test("each key has a text, and each text is used", () => {
    const used = new Set<string>();
    resolveKeys(manifest, (key) => {
      used.add(key);
      return key;
    });
    expect([...used].sort()).toEqual(Object.keys(texts).sort());
    for (const [key, text] of Object.entries(texts)) expect(text.trim().length, key).toBeGreaterThan(0);
  });

  test("what a person reads in it is a key, so that it can be translated", () => {
    const { description, capabilities, contributes } = manifest as Record<string, unknown>;
    const shown = shownTexts({ description, capabilities, contributes });
    expect(shown.length).toBeGreaterThan(80);
    expect(shown.filter(({ text }) => !/^%[\w.-]+%$/.test(text) && text !== PRODUCT)).toEqual([]);
  });
});

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

const { commands, menus, views } = (
  readManifest() as {
    contributes: {
      commands: { command: string; category: string; title: string; enablement?: string }[];
      menus: Record<string, MenuItem[]>;
      views: Record<string, { id: string; initialSize: number }[]>;
    };
  }
).contributes;
const items = Object.entries(menus).flatMap(([menu, entries]) => entries.map((item) => ({ menu, ...item })));
const placesOf = (...ids: readonly string[]): string[] =>
  items
    .filter(({ menu, command }) => menu !== "commandPalette" && ids.some((id) => command === `rnnLab.${id}`))
    .map(({ menu, group = "", when = "" }) => `${menu} ${group.split("@")[0]}: ${when}`);

describe("the menus", () => {
  test("have Run in the title of the editor and for a file in a list; the panel has a button of its own", () => {
    expect(placesOf("run", "rerun")).toEqual([
      "editor/title navigation: resourceFilename =~ /\\.rnn\\.json$/ && resourcePath not in rnnLab.activeRuns",
      "view/item/context inline: view == rnnLab.experiments && viewItem == inactive",
      "view/item/context 1_experiment: view == rnnLab.experiments && viewItem == inactive",
      "explorer/context navigation: resourceFilename =~ /\\.rnn\\.json$/",
    ]);
  });

  test("of the Live view repeat no button of its page", () => {
    const repeated = ["run", "rerun", "pauseResume", "resumeTraining", "step", "stop", "setPace"];
    expect(placesOf(...repeated).filter((place) => place.includes("rnnLab.live"))).toEqual([]);
  });

  test("show no command twice in one menu at one time, but inline icons of lists again in words", () => {
    const seen = new Set<string>();
    const twice: string[] = [];
    for (const { menu, command, when = "", group = "" } of items) {
      const place = `${menu} ${command} ${when} ${group === "inline" || group.startsWith("inline@") ? "inline" : ""}`;
      if (seen.has(place)) twice.push(place);
      seen.add(place);
    }
    expect(twice).toEqual([]);
    const slots = items
      .filter(({ group, menu }) => group !== undefined && menu !== "commandPalette")
      .map(({ menu, group, when = "" }) => `${menu} ${group} ${when}`);
    expect(slots.filter((slot, i) => slots.indexOf(slot) !== i)).toEqual([]);
  });

  test("name commands that there are, each under a condition, and icons that follow the state of a run", () => {
    const known = new Set(commands.map(({ command }) => command));
    for (const { command, when } of items) {
      expect(known, command).toContain(command);
      expect(when, command).toBeTruthy();
    }
    const panel = items.filter(
      ({ menu, group, when }) =>
        menu === "editor/title" &&
        group?.startsWith("navigation") === true &&
        when?.includes("'rnnLab.panel'") === true,
    );
    for (const { command, when = "" } of panel) expect(when, command).toMatch(/ && rnnLab\.(canStop|paused)/);
  });

  test("leave the most room to the view that draws, and more to the runs than to the experiments", () => {
    const size = Object.fromEntries((views["rnnLab"] ?? []).map(({ id, initialSize }) => [id, initialSize]));
    expect(size["rnnLab.live"]).toBeGreaterThan(size["rnnLab.runs"] ?? NaN);
    expect(size["rnnLab.runs"]).toBeGreaterThan(size["rnnLab.experiments"] ?? NaN);
  });
});

describe("the command palette", () => {
  const hidden = new Set(
    (menus["commandPalette"] ?? []).filter(({ when }) => when === "false").map(({ command }) => command),
  );
  const labels = commands
    .filter(({ command }) => !hidden.has(command))
    .map(({ category, title, enablement }) => ({ label: `${category}: ${title}`, enablement }))
    // As VS Code lists what was not used yet.
    .sort((a, b) => a.label.localeCompare(b.label));
  const listed = (typed: string): string[] =>
    labels.filter(({ label }) => matchesWords(typed, label)).map(({ label }) => label);

  test("has no title twice", () => {
    expect(new Set(labels.map(({ label }) => label.toLowerCase().replace("…", ""))).size).toBe(labels.length);
  });

  test.each([
    ["RNN Lab: Run", "RNN Lab: Run Experiment"],
    ["RNN Lab: New", "RNN Lab: New Experiment…"],
    ["RNN Lab: Get S", "RNN Lab: Get Started"],
    ["RNN Lab: Pause", "RNN Lab: Pause/Resume Training"],
    ["RNN Lab: Edit H", "RNN Lab: Edit Hyperparameter…"],
  ])("lists what is meant by %s first", (typed, label) => {
    // "Apply to Current Run" is there only while it is wanted most.
    const always = new Set(
      labels.filter(({ enablement }) => enablement !== "rnnLab.canApply").map((entry) => entry.label),
    );
    expect(listed(typed).find((found) => always.has(found))).toBe(label);
  });

  test("finds the walkthrough by the name of the product", () => {
    expect(listed("RNN Lab")).toContain("RNN Lab: Get Started");
  });
});

const isSeparator = (character: string | undefined): boolean =>
  character !== undefined && /[\s()[\]{}<>`'"\-/;:,.?!]/.test(character);

/**
 * Whether VS Code lists `label` for what was typed: each letter follows the one before it, or begins a word further on.
 * As `matchesWords` in its base/common/filters.ts.
 */
function matchesWords(typed: string, label: string): boolean {
  const [word, target] = [typed.toLowerCase(), label.toLowerCase()];
  const nextWord = (from: number): number => {
    for (let i = from; i < target.length; i++)
      if (isSeparator(target[i]) || (i > 0 && isSeparator(target[i - 1]))) return i;
    return target.length;
  };
  const matchesAt = (w: number, t: number): boolean => {
    if (w === word.length) return true;
    const [wanted, found] = [word[w], target[t]];
    if (found === undefined || !(wanted === found || (isSeparator(wanted) && isSeparator(found)))) return false;
    if (matchesAt(w + 1, t + 1)) return true;
    for (let next = nextWord(t + 1); next < target.length; next = nextWord(next + 1))
      if (matchesAt(w + 1, next)) return true;
    return false;
  };
  for (let start = 0; start < target.length; start = nextWord(start + 1)) if (matchesAt(0, start)) return true;
  return false;
}
