import { describe, expect, test } from "vitest";
import { HostWatch, LOOK_INTERVAL_MS } from "../../../../webview/wire/hostWatch";

/** A page whose timer comes as often as it should, and a host that answers or is gone. */
class Page {
  clock = 0;
  hostAnswers = true;
  asked = 0;
  readonly changes: boolean[] = [];
  readonly watch = new HostWatch(
    () => {
      this.asked++;
      if (this.hostAnswers) this.watch.heard();
    },
    (isConnected) => this.changes.push(isConnected),
    () => this.clock,
  );

  pass(milliseconds: number, { isVisible = true, everyMs = LOOK_INTERVAL_MS } = {}): void {
    for (const end = this.clock + milliseconds; this.clock < end;) {
      this.clock += everyMs;
      this.watch.look(isVisible);
    }
  }
}

describe("the watch over the host", () => {
  test("asks a silent host now and then, and never one that sends", () => {
    const page = new Page();
    page.pass(60_000);
    expect(page.asked).toBeGreaterThan(30);
    expect(page.asked).toBeLessThanOrEqual(60);
    const { asked } = page;
    for (let i = 0; i < 100; i++) {
      page.watch.heard();
      page.pass(500);
    }
    expect([page.asked, page.changes]).toEqual([asked, []]);
  });

  test("finds a host that is gone within 4 s, wherever it was in its round", () => {
    for (let before = 0; before < 3000; before += LOOK_INTERVAL_MS) {
      const page = new Page();
      page.pass(before);
      page.hostAnswers = false;
      page.pass(4000);
      expect([before, page.changes]).toEqual([before, [false]]);
    }
  });

  test("takes a host for gone after 3.5 s of silence and not sooner, and goes on asking until it answers", () => {
    const page = new Page();
    page.hostAnswers = false;
    page.pass(3250);
    expect(page.changes).toEqual([]);
    page.pass(60_000);
    expect([page.changes, page.watch.isConnected]).toEqual([[false], false]);
    page.hostAnswers = true;
    page.pass(2000);
    expect([page.changes, page.watch.isConnected]).toEqual([[false, true], true]);
  });

  test("finds it as soon where the timers of the page are late, on a busy machine", () => {
    const page = new Page();
    page.hostAnswers = false;
    page.pass(5000, { everyMs: 900 });
    expect(page.changes).toEqual([false]);
  });

  test("does not count the time in which the page is hidden or its timers stand still", () => {
    const page = new Page();
    page.hostAnswers = false;
    page.pass(1500);
    page.pass(60_000, { isVisible: false });
    // A sleep of an hour, after which what the host has sent comes late.
    page.pass(1, { everyMs: 3_600_000 });
    page.pass(500);
    expect(page.changes).toEqual([]);
    page.watch.heard();
    page.hostAnswers = true;
    page.pass(60_000);
    expect(page.changes).toEqual([]);
  });
});
