import { describe, expect, it } from "vitest";
import { DrawScheduler, type FrameClock } from "../../../../webview/ui/drawScheduler";

/** A clock that the test moves by hand. */
class ManualClock implements FrameClock {
  readonly frames = new Map<number, () => void>();
  readonly paints: (() => void)[] = [];
  readonly timers = new Map<number, { callback: () => void; milliseconds: number }>();
  hidden = false;
  time = 0;
  private next = 1;

  requestFrame(callback: () => void): number {
    this.frames.set(this.next, callback);
    return this.next++;
  }

  cancelFrame(handle: number): void {
    this.frames.delete(handle);
  }

  startTimer(callback: () => void, milliseconds: number): number {
    this.timers.set(this.next, { callback, milliseconds });
    return this.next++;
  }

  cancelTimer(handle: number): void {
    this.timers.delete(handle);
  }

  afterPaint(callback: () => void): void {
    this.paints.push(callback);
  }

  isHidden(): boolean {
    return this.hidden;
  }

  now(): number {
    return this.time;
  }

  fireFrames(): void {
    for (const [handle, callback] of [...this.frames]) {
      this.frames.delete(handle);
      callback();
    }
  }

  fireTimers(): void {
    for (const [handle, { callback }] of [...this.timers]) {
      this.timers.delete(handle);
      callback();
    }
  }
}

describe("a frame", () => {
  it("draws once for any number of marks, and again for the next", () => {
    const clock = new ManualClock();
    let drawn = 0;
    const frame = new DrawScheduler(() => drawn++, clock);
    for (let i = 0; i < 50; i++) frame.mark();
    clock.fireFrames();
    expect(drawn).toBe(1);
    expect(clock.timers.size).toBe(0);
    frame.mark();
    clock.fireFrames();
    expect(drawn).toBe(2);
  });

  it("does not wait for an animation frame while the page is hidden", () => {
    const clock = new ManualClock();
    clock.hidden = true;
    let drawn = 0;
    new DrawScheduler(() => drawn++, clock).mark();
    expect(clock.frames.size).toBe(0);
    expect([...clock.timers.values()].map(({ milliseconds }) => milliseconds)).toEqual([0]);
    clock.fireTimers();
    expect(drawn).toBe(1);
  });

  it("draws by the timer when the animation frame does not come, and then only once", () => {
    const clock = new ManualClock();
    let drawn = 0;
    new DrawScheduler(() => drawn++, clock).mark();
    clock.fireTimers();
    clock.fireFrames();
    expect(drawn).toBe(1);
  });

  it("keeps a mark that is made while it draws", () => {
    const clock = new ManualClock();
    let drawn = 0;
    const frame = new DrawScheduler(() => {
      if (++drawn === 1) frame.mark();
    }, clock);
    frame.mark();
    clock.fireFrames();
    clock.fireFrames();
    expect(drawn).toBe(2);
  });

  it("draws what streams in at most every 33 ms, and what the reader does at once", () => {
    const clock = new ManualClock();
    let drawn = 0;
    const frame = new DrawScheduler(() => drawn++, clock);
    frame.mark("stream");
    clock.fireFrames();
    clock.time = 10;
    frame.mark("stream");
    expect(clock.frames.size).toBe(0);
    expect([...clock.timers.values()].map(({ milliseconds }) => milliseconds)).toEqual([23]);
    frame.mark("reader");
    frame.mark("stream");
    expect(clock.frames.size).toBe(1);
    clock.fireFrames();
    expect(drawn).toBe(2);
    expect(clock.timers.size).toBe(0);
  });

  it("rests after what the reader did as long as the last draw took, and nine times as long in a stream", () => {
    for (const [urgency, rest] of [
      ["reader", 40],
      ["stream", 360],
    ] as const) {
      const clock = new ManualClock();
      const frame = new DrawScheduler(() => (clock.time += 40), clock);
      frame.mark();
      clock.fireFrames();
      clock.time += 5;
      frame.mark(urgency);
      expect([...clock.timers.values()].map(({ milliseconds }) => milliseconds)).toEqual([rest - 5]);
      clock.time += rest - 5;
      clock.fireTimers();
      expect(clock.frames.size).toBe(1);
      clock.fireFrames();
      expect(clock.time).toBe(80 + rest);
    }
  });

  it("counts the time that the browser paints", () => {
    const clock = new ManualClock();
    const frame = new DrawScheduler(() => (clock.time += 4), clock);
    frame.mark();
    clock.fireFrames();
    clock.time += 6;
    clock.paints.forEach((painted) => painted());
    frame.mark("stream");
    expect([...clock.timers.values()].map(({ milliseconds }) => milliseconds)).toEqual([90]);
  });

  it("draws in parts, one a frame without a rest, and rests for all of them after the last", () => {
    const clock = new ManualClock();
    let parts = 0;
    const frame = new DrawScheduler(() => {
      clock.time += 10;
      if (++parts % 3 !== 0) frame.goOn();
    }, clock);
    frame.mark("stream");
    for (let part = 1; part <= 3; part++) {
      expect(clock.frames.size).toBe(1);
      clock.fireFrames();
      expect(parts).toBe(part);
      // The browser paints each part.
      clock.time += 2;
      for (const painted of clock.paints.splice(0)) painted();
    }
    expect(clock.frames.size).toBe(0);
    frame.mark("stream");
    expect([...clock.timers.values()]).toMatchObject([{ milliseconds: 9 * 36 }]);
    clock.fireTimers();
    clock.time += 400;
    clock.fireFrames();
    expect(parts).toBe(4);
  });

  it("takes a mark made between two parts with the next of them", () => {
    const clock = new ManualClock();
    let parts = 0;
    const frame = new DrawScheduler(() => {
      if (++parts === 1) frame.goOn();
    }, clock);
    frame.mark();
    clock.fireFrames();
    frame.mark("stream");
    expect(clock.frames.size).toBe(1);
    clock.fireFrames();
    expect(parts).toBe(2);
    expect(clock.frames.size).toBe(0);
  });

  it("rests for less than half a second after a draw that took for ever, also while hidden", () => {
    const clock = new ManualClock();
    const frame = new DrawScheduler(() => (clock.time += 5000), clock);
    frame.mark();
    clock.fireFrames();
    clock.hidden = true;
    frame.mark("stream");
    expect([...clock.timers.values()].map(({ milliseconds }) => milliseconds)).toEqual([400]);
    frame.mark("reader");
    expect([...clock.timers.values()].map(({ milliseconds }) => milliseconds)).toEqual([100]);
  });

  it("lets another run in at once, however long the draw before took and whoever waits", () => {
    const clock = new ManualClock();
    const frame = new DrawScheduler(() => (clock.time += 90), clock);
    frame.mark();
    clock.fireFrames();
    for (const waiting of ["stream", "reader"] as const) {
      frame.mark(waiting);
      expect([waiting, clock.frames.size]).toEqual([waiting, 0]);
      frame.mark("newRun");
      expect([waiting, clock.frames.size]).toEqual([waiting, 1]);
      clock.fireFrames();
    }
  });
});
