/** The pages in a window, as their reader sees them. */
import type { Frame, Page } from "playwright-core";
import { STATUS_PREFIX } from "./protocol";

/** What the panel of an experiment shows. */
export interface ShownPanel {
  readonly frame: Frame;
  readonly name: string;
  readonly fileName: string;
  readonly phase: string;
  readonly iteration: number;
  /** Buttons of run, pause, step and stop that can be clicked, by the end of their class. */
  readonly buttons: readonly string[];
  /** The file has an error: it cannot be run. */
  readonly hasError: boolean;
  readonly banners: readonly string[];
}

/** VS Code nests a webview's document in a frame that it loads itself. */
const WEBVIEW = "/webview/browser/pre/fake.html";

/** The panels of experiments that are in sight. */
export async function readPanels(page: Page): Promise<ShownPanel[]> {
  const frames = page.frames().filter((frame) => frame.url().includes(WEBVIEW));
  const panels = await Promise.all(frames.map(readPanel));
  return panels.filter((panel) => panel !== null);
}

async function readPanel(frame: Frame): Promise<ShownPanel | null> {
  // A frame may go while it is looked at.
  const element = await frame.frameElement().catch(() => null);
  const isShown = await element?.isVisible().catch(() => false);
  const shown = isShown !== true ? null : await frame.evaluate(describePanel).catch(() => null);
  return shown === null ? null : { frame, ...shown };
}

/** Runs in the page. */
function describePanel(): Omit<ShownPanel, "frame"> | null {
  // The pages of sweeps and comparisons have no buttons of a run.
  const root = document.querySelector(".lab-wide:has(.transport)");
  const pill = root?.querySelector(".title-bar .pill:not(.pill-button)");
  if (root == null || pill == null) return null;
  const phase = /pill-(\w+)/.exec(pill.className.replace("pill-button", ""))?.[1] ?? "";
  const buttons = [...root.querySelectorAll(".transport vscode-button")].filter(
    (button) => !button.hasAttribute("disabled"),
  );
  return {
    name: root.querySelector("h1")?.textContent ?? "",
    fileName: root.querySelector(".file-name")?.textContent ?? "",
    phase,
    iteration: Number(root.querySelector(".progress")?.getAttribute("aria-valuenow") ?? 0),
    buttons: buttons.map((button) => /control-(\w+)/.exec(button.className)?.[1] ?? ""),
    hasError: root.querySelector<HTMLElement>(".title-bar .pill-button")?.hidden === false,
    banners: [...root.querySelectorAll(".banner p")].map((banner) => banner.textContent ?? ""),
  };
}

/** The process of the extension host that the window has now; null while it has none. */
export async function hostProcess(page: Page): Promise<number | null> {
  const texts = await page
    .locator(".statusbar-item", { hasText: STATUS_PREFIX })
    .allTextContents()
    .catch((): string[] => []);
  const pid = new RegExp(`${STATUS_PREFIX} (\\d+)`).exec(texts.at(-1) ?? "")?.[1];
  return pid === undefined ? null : Number(pid);
}

/** Cancels a modal dialog. @returns its text; null: there is none */
export async function dismissDialog(page: Page): Promise<string | null> {
  const dialog = page.locator(".monaco-dialog-box").first();
  if (!(await dialog.isVisible().catch(() => false))) return null;
  const text = await dialog.textContent().catch(() => null);
  await page.keyboard.press("Escape");
  return text;
}
