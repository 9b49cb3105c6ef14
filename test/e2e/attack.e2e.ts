/** What an attacker would try who can only send a file, or has got a foothold in the page. */
import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFile, runCommand, webviewWith } from "../../scripts/window.mjs";
import { useWindow } from "./harness";

const HOSTILE_NAME = `<img src=x onerror="window.hacked=1"> [win](command:workbench.action.terminal.new) $(trash) \u202Egnp.exe\u0007`;
const folder = mkdtempSync(join(tmpdir(), "rnn-lab-attack-"));
const FILE = "hostile.rnn.json";
const LINK_FILE = "[Fix it](command:workbench.action.toggleSidebarVisibility).rnn.json";
// Explodes, so that it has findings whose texts are shown too.
const EXPERIMENT = {
  name: HOSTILE_NAME,
  seed: 1,
  task: { kind: "count-ones", sequences: 20, length: 10 },
  model: { cell: "linear", init: { weight_ih_l0: -1.5, weight_hh_l0: 2 } },
  training: { optimizer: { kind: "sgd", learningRate: 0.1 }, iterations: 50 },
};

let requests: string[] = [];
let server: Server;
let address = "";

beforeAll(async () => {
  writeFileSync(join(folder, FILE), JSON.stringify(EXPERIMENT, null, 2));
  writeFileSync(join(folder, LINK_FILE), '{ "nope": 1 }');
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  address = `http://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe("an attacker", () => {
  const window = useWindow({ folder });

  test("who names an experiment as markup, a link and an icon gets plain text everywhere", async () => {
    const { page } = window();
    await openFile(page, join(folder, FILE));
    await runCommand(page, "RNN Lab: Run Experiment");
    const panel = await webviewWith(page, ".pill");
    await panel.getByText("Diverged", { exact: true }).first().waitFor();
    expect(await panel.locator("h1").textContent()).toContain("<img src=x");
    for (const frame of page.frames()) {
      expect(
        await frame
          .locator("img[src='x'], a[href^='command:workbench.action.terminal']")
          .count()
          .catch(() => 0),
      ).toBe(0);
      expect(await frame.evaluate(() => "hacked" in globalThis).catch(() => false)).toBe(false);
    }
    const status = page.locator(".statusbar-item", { hasText: "<img src=x" });
    await status.waitFor();
    expect(await status.locator(".codicon-trash").count()).toBe(0);
  });

  test("who names a file as a link gets its brackets shown in the message, and no link", async () => {
    const { page } = window();
    await openFile(page, join(folder, LINK_FILE));
    await runCommand(page, "RNN Lab: Run Experiment");
    const message = page.locator(".notification-list-item-message", { hasText: "has no key" }).first();
    await message.waitFor();
    expect((await message.textContent())?.replaceAll("\u2060", "")).toContain(`${LINK_FILE}, line 1: `);
    expect(await message.locator("a").count()).toBe(0);
    await runCommand(page, "Notifications: Clear All Notifications");
  });

  test("who has got into the page runs no script of his own and sends nothing out", async () => {
    const panel = await webviewWith(window().page, ".pill");
    requests = [];
    const outcome = await panel.evaluate(async (outside) => {
      const violations: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
      const inline = document.createElement("script");
      inline.textContent = "window.ranInline = true";
      document.body.append(inline);
      const foreign = document.createElement("script");
      foreign.src = `${outside}/script.js`;
      document.body.append(foreign);
      const image = document.createElement("img");
      image.src = `${outside}/image.png`;
      document.body.append(image);
      const frame = document.createElement("iframe");
      frame.src = `${outside}/frame.html`;
      document.body.append(frame);
      const button = document.createElement("button");
      button.setAttribute("onclick", "window.ranHandler = true");
      document.body.append(button);
      button.click();
      const base = document.createElement("base");
      base.href = `${outside}/`;
      document.head.append(base);
      const fetched = await fetch(`${outside}/data`, { mode: "no-cors" }).then(
        () => true,
        () => false,
      );
      // In a task of its own: what a debugger evaluates may use eval.
      const evaluated = await new Promise((resolve) => {
        setTimeout(() => {
          try {
            resolve(new Function("return true")());
          } catch {
            resolve(false);
          }
        });
      });
      for (const node of [inline, foreign, image, frame, button, base]) node.remove();
      return { ranInline: "ranInline" in window, ranHandler: "ranHandler" in window, fetched, evaluated, violations };
    }, address);
    expect(outcome).toMatchObject({ ranInline: false, ranHandler: false, fetched: false, evaluated: false });
    // A refused frame is told of later, if at all; that nothing was asked for from outside is what counts.
    expect(outcome.violations).toEqual(
      expect.arrayContaining(["script-src-elem", "script-src-attr", "img-src", "connect-src", "base-uri"]),
    );
    expect(requests).toEqual([]);
    // Not tried: a browser shows a page of its own in place of one whose form it refused.
    expect(await panel.locator("meta[http-equiv]").getAttribute("content")).toContain("form-action 'none';");
  });
});

describe("in a workspace that is not trusted", () => {
  const window = useWindow({ folder, trusted: false, settings: { "security.workspace.trust.startupPrompt": "never" } });

  test("the command to run is refused with the reason, and nothing is trained", async () => {
    const { page } = window();
    await openFile(page, join(folder, FILE));
    await runCommand(page, "RNN Lab: Run Experiment");
    await page.getByText("does not run experiments in an untrusted workspace").first().waitFor();
    await runCommand(page, "RNN Lab: Open Panel");
    const panel = await webviewWith(page, ".pill");
    await panel.locator(".pill:not(.pill-button)").getByText("Not run yet", { exact: true }).waitFor();
  });
});
