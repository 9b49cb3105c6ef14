/** What a page shows, by eye or ear, to find what is left in English. */
import type { Page } from "playwright-core";

/** Draws nothing else: keeps what is written on canvases, before the page's own script runs. */
export async function keepCanvasWords(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const drawn = new Set<string>();
    Object.assign(window, { drawnWords: drawn });
    for (const prototype of [CanvasRenderingContext2D.prototype, OffscreenCanvasRenderingContext2D.prototype]) {
      const fillText = prototype.fillText;
      prototype.fillText = function (
        this: CanvasRenderingContext2D & OffscreenCanvasRenderingContext2D,
        text: string,
        x: number,
        y: number,
        maxWidth?: number,
      ) {
        drawn.add(text);
        fillText.call(this, text, x, y, maxWidth);
      };
    }
  });
}

/**
 * Texts, names, hints and what is drawn; not formulas, code, what somebody typed, and the sources that formulas are
 * from.
 */
export async function collectShown(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const shown = new Set((window as unknown as { drawnWords: Set<string> }).drawnWords);
    const visit = (root: Document | ShadowRoot | Element): void => {
      for (const node of root.childNodes) {
        if (node instanceof Text) shown.add(node.data.trim());
        if (!(node instanceof Element) || node.matches("math, code, script, style, textarea, .formula-source"))
          continue;
        for (const name of ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"])
          shown.add(node.getAttribute(name)?.trim() ?? "");
        visit(node);
        if (node.shadowRoot !== null) visit(node.shadowRoot);
      }
    };
    visit(document.body);
    shown.delete("");
    return [...shown];
  });
}

/**
 * The words of a text that are neither accented nor names.
 * @param names which of them stay as they are in every language
 */
export function englishWords(text: string, names: readonly RegExp[]): string[] {
  return (
    names.reduce((rest, name) => rest.replaceAll(name, " "), text).match(/(?<![\p{L}\d])[A-Za-z]{2,}(?![\p{L}\d])/gu) ??
    []
  );
}
