import { describe, expect, it } from "vitest";
import { DisposableStore } from "../../../src/lib/dispose";
import { Emitter } from "../../../src/lib/emitter";

describe("Emitter", () => {
  it("tells every listener, also one that was added twice, and none that was removed", () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    const listener = (value: number): void => void heard.push(value);
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(1);
    first.dispose();
    first.dispose();
    emitter.fire(2);
    expect(heard).toEqual([1, 1, 2]);
    expect(emitter.listenerCount).toBe(1);
    emitter.dispose();
    emitter.fire(3);
    expect(heard.length).toBe(3);
  });

  it("lets a listener remove itself while it is told", () => {
    const emitter = new Emitter<string>();
    const heard: string[] = [];
    const first = emitter.event(() => first.dispose());
    emitter.event((value) => heard.push(value));
    emitter.fire("a");
    emitter.fire("b");
    expect(heard).toEqual(["a", "b"]);
  });
});

describe("DisposableStore", () => {
  it("disposes of what it owns once, the last added first, and at once of what comes later", () => {
    const store = new DisposableStore();
    const gone: number[] = [];
    for (const number of [1, 2, 3]) {
      store.add({ dispose: () => gone.push(number) });
    }
    store.dispose();
    store.dispose();
    expect([gone, store.isDisposed]).toEqual([[3, 2, 1], true]);
    store.add({ dispose: () => gone.push(4) });
    expect(gone).toEqual([3, 2, 1, 4]);
  });
});
