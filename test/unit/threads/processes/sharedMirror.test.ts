import { expect, test } from "vitest";
import { FileMark } from "../../../../src/runs/fileMark";
import { SharedMirror } from "../../../../src/threads/processes/sharedMirror";

function tell(from: SharedMirror, to: SharedMirror): void {
  const news = from.collect();
  if (news !== null) to.apply(structuredClone(news));
}

test("each side has what the other one has written, and keeps what it wrote itself", () => {
  const [here, there] = [new SharedMirror(), new SharedMirror()];
  const own = new FileMark();
  own.drop();
  const id = here.idOf(own.memory);
  expect(here.idOf(own.memory)).toBe(id);
  tell(here, there);
  const other = new FileMark(there.memoryOf(id));
  expect(other.isDropped).toBe(true);
  const file = { identity: { device: 2n ** 40n + 1n, inode: 3n }, bytes: 2n ** 33n, isTorn: true };
  other.beginChange();
  other.endChange(file);
  tell(there, here);
  expect([own.file, own.turn, own.isDropped]).toEqual([file, 2n, true]);
  own.setEndWaiting(true);
  tell(here, there);
  expect([other.file, other.isEndWaiting]).toEqual([file, true]);
});

test("nothing is told twice", () => {
  const [here, there] = [new SharedMirror(), new SharedMirror()];
  const memory = new SharedArrayBuffer(8);
  const id = here.idOf(memory);
  expect(here.collect()).not.toBeNull();
  expect(here.collect()).toBeNull();
  Atomics.store(new Int32Array(memory), 1, 7);
  expect(here.collect()).toEqual({ opened: [], written: Int32Array.of(id, 1, 7) });
  expect(here.collect()).toBeNull();
  expect(there.collect()).toBeNull();
});

test("memory that was shared long ago is forgotten on both sides", () => {
  const [here, there] = [new SharedMirror(), new SharedMirror()];
  const first = new SharedArrayBuffer(4);
  const id = here.idOf(first);
  for (let run = 0; run < 40; run++) {
    here.idOf(new SharedArrayBuffer(4));
    tell(here, there);
  }
  expect(() => there.memoryOf(id)).toThrow(RangeError);
  Atomics.store(new Int32Array(first), 0, 1);
  expect(here.collect()).toBeNull();
  // Whoever shares it again has it under another number, as it is now.
  const again = here.idOf(first);
  expect(again).not.toBe(id);
  tell(here, there);
  expect([...new Int32Array(there.memoryOf(again))]).toEqual([1]);
});
