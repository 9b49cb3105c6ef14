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
        media: { svg: string; altText: string };
        completionEvents: string[];
      }[];
    }[];
  };
};
const commands = contributes.commands.map(({ command }) => command);
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

const progress = readFileSync(join(ROOT, "src/views/walkthroughProgress.ts"), "utf8");

describe("the walkthrough", () => {
  test("has five steps at most, each with its picture and what it shows in words", () => {
    expect(contributes.walkthroughs).toHaveLength(1);
    expect(steps.length).toBeLessThanOrEqual(5);
    for (const { media, id } of steps) {
      expect(existsSync(join(ROOT, media.svg)), id).toBe(true);
      expect(media.altText.length, id).toBeGreaterThan(20);
      expect(readFileSync(join(ROOT, media.svg), "utf8"), id).not.toMatch(/<script|#[0-9a-f]{3,6}\b/i);
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
