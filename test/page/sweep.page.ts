/** What the page of a sweep asks of the window. */
import { describe, it } from "vitest";
import type { SweepPageMessage } from "../../src/shared/wire/sweepProtocol";
import { eventually, openOther, servePanel } from "./panelPage";

interface FakeWindow {
  readonly fakeSweep: { readonly received: SweepPageMessage[] };
}

servePanel();

describe("the best run of a sweep", () => {
  it("is written into the file by a button that says which values these are", async () => {
    const page = await openOther("sweep", "sweep=grid", "canvas");
    const button = page.locator("vscode-button", { hasText: "Apply Best to File" });
    await page.locator(".pill-done").waitFor();
    const first = page.locator(".sweep-table tbody tr").first();
    const number = Number(await first.locator("th").textContent());
    await eventually(() => button.getAttribute("title")).toMatch(
      new RegExp(`^Write learningRate .+, seed \\d into the file, from run ${number} with loss `),
    );
    await button.click();
    const sent = (): Promise<SweepPageMessage[]> =>
      page.evaluate(() => (window as unknown as FakeWindow).fakeSweep.received);
    await eventually(sent).toContainEqual({ type: "applyTrial", index: number - 1 });
  });
});
