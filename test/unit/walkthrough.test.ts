import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readManifest } from "./manifest";

const ROOT = resolve(import.meta.dirname, "../..");
const { contributes } = readManifest() as {
  contributes: {
    commands: { command: string }[];
    walkthroughs: {
      steps: {
        id: string;
        title: string;
        description: string;
        media: { image: Readonly<Record<"dark" | "light" | "hc" | "hcLight", string>>; altText: string };
        completionEvents: string[];
      }[];
    }[];
  };
};
const commands = contributes.commands.map(({ command }) => command);
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

const progress = readFileSync(join(ROOT, "src/views/walkthroughProgress.ts"), "utf8");

/** Of two colors #rrggbb (WCAG 2.2, contrast ratio). */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [a, b].map(luminance).sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe("the walkthrough", () => {
  test("has five steps at most, each with its picture and what it shows in words", () => {
    expect(contributes.walkthroughs).toHaveLength(1);
    expect(steps.length).toBeLessThanOrEqual(5);
    for (const { media, id } of steps) {
      expect(media.altText.length, id).toBeGreaterThan(20);
      const [dark, light, hc, hcLight] = (["dark", "light", "hc", "hcLight"] as const).map((theme) =>
        readFileSync(join(ROOT, media.image[theme]), "utf8"),
      );
      expect([hc, hcLight]).toEqual([dark, light]);
      for (const [picture, background] of [
        [dark, "#1f1f1f"],
        [hc, "#000000"],
        [light, "#ffffff"],
      ] as const) {
        expect(picture).not.toMatch(/<script|<image|href/i);
        const colors = [...new Set(picture?.match(/#[0-9a-f]{6}\b/g))];
        expect(colors.length).toBeGreaterThanOrEqual(3);
        for (const color of colors) expect(contrast(color, background), `${id} ${color}`).toBeGreaterThan(4.5);
      }
    }
  });

  test("asks why the gradient vanishes, and its answer is shown on the live run", () => {
    const vanishes = steps.find(({ id }) => id === "vanishes")?.description ?? "";
    const answer = /\?[^?]*\[Show the answer\]\(command:rnnLab\.openPanel\?([^)]+)\)/.exec(vanishes);
    const [uri, iteration, timeStep, card] = JSON.parse(decodeURIComponent(answer?.[1] ?? "null")) as unknown[];
    expect([uri, iteration, timeStep]).toEqual([null, 0, null]);
    expect(readFileSync(join(ROOT, "webview/views/gradientByStep/gradientByStepChart.ts"), "utf8")).toContain(
      `id: "${String(card)}"`,
    );
  });

  test("names weights and keys as the examples do", () => {
    const names = steps.flatMap(({ description }) => [...description.matchAll(/weight_\w+|"(\w+)"(?!:?\])/g)]);
    expect(names.length).toBeGreaterThan(3);
    for (const [text, key] of names) {
      const name = key ?? text;
      expect(
        ["01-it-learns", "03-clipping-saves-it", "06-it-vanishes"].some((example) =>
          readFileSync(join(ROOT, "examples", `${example}.rnn.json`), "utf8").includes(`"${name}"`),
        ),
        name,
      ).toBe(true);
    }
  });

  test("leads only to commands that are there, and to examples that are there", () => {
    for (const { description, completionEvents } of steps) {
      const links = [...description.matchAll(/\]\(command:([\w.]+)(?:\?([^)]+))?\)/g)];
      expect(links.length).toBeGreaterThan(0);
      for (const [, command, query] of links) {
        expect(commands).toContain(command);
        const args = query === undefined ? [] : (JSON.parse(decodeURIComponent(query)) as (string | null)[]);
        if (command === "rnnLab.openExample")
          expect(existsSync(join(ROOT, "examples", `${args[1]}.rnn.json`))).toBe(true);
      }
      for (const event of completionEvents) {
        const [kind, name = ""] = event.split(":");
        // Context keys are set by src/views/walkthroughProgress.ts; a test inside VS Code does what the steps say.
        if (kind === "onContext") expect(progress).toContain(`"${name}"`);
        else expect(commands).toContain(name);
      }
    }
  });
});
