import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { editBetween, withValue, withoutValue } from "../../../../src/config/edit/edit";
import { removeValue, setValue } from "../../../../src/config/edit/editField";
import { findField, listFields } from "../../../../src/config/edit/fields";
import { newExperimentText } from "../../../../src/config/edit/newExperiment";
import { applyEdits, experimentOf } from "../support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

function check(before: string, path: string, value: unknown, after: string) {
  expect(applyEdits(before, setValue(before, path.split("."), value))).toBe(after);
}

describe("setting a value changes that value alone", () => {
  test("a value that is there is replaced; comments and blanks stay", () => {
    check('{\n  "seed" :  1 , // mine\n}', "seed", 42, '{\n  "seed" :  42 , // mine\n}');
    check('{"training":{"clip":null}}', "training.clip", { norm: 1 }, '{"training":{"clip":{ "norm": 1 }}}');
  });
  test("a key that is missing goes on a line of its own after the last, whose comment stays with it", () => {
    check(
      '{\n  // a\n  "seed": 1 // the seed\n  /* end */\n}\n',
      "name",
      "x",
      '{\n  // a\n  "seed": 1, // the seed\n  "name": "x"\n  /* end */\n}\n',
    );
    check('{\n\t"seed": 1\n}', "name", "x", '{\n\t"seed": 1,\n\t"name": "x"\n}');
    check('{\r\n  "seed": 1\r\n}', "name", "x", '{\r\n  "seed": 1,\r\n  "name": "x"\r\n}');
  });
  test("a trailing comma stays a trailing comma", () => {
    check('{\n  "seed": 1, // c\n}', "name", "x", '{\n  "seed": 1, // c\n  "name": "x",\n}');
  });
  test("an object on one line stays on one line", () => {
    check(
      '{ "task": { "kind": "count-ones" }, "seed": 1 }',
      "task.length",
      5,
      '{ "task": { "kind": "count-ones", "length": 5 }, "seed": 1 }',
    );
    check('{"trace":{}}', "trace.every", 5, '{"trace":{ "every": 5 }}');
  });
  test("objects on the way are made when they are missing", () => {
    check("{}", "model.init.weight_hh_l0", 0.5, '{\n  "model": { "init": { "weight_hh_l0": 0.5 } }\n}');
    check("{\n  // nothing yet\n}\n", "trace.every", 2, '{\n  // nothing yet\n  "trace": { "every": 2 }\n}\n');
    check('{ "training": { "clip": null } }', "training.clip.norm", 2, '{ "training": { "clip": { "norm": 2 } } }');
    check('{ "training": {} }', "training.stop.patience", 7, '{ "training": { "stop": { "patience": 7 } } }');
  });
  test("an optimizer or task that the file leaves out is written with its kind", () => {
    check(
      "{}",
      "training.optimizer.etaPlus",
      1.3,
      '{\n  "training": { "optimizer": { "kind": "rprop", "etaPlus": 1.3 } }\n}',
    );
    check('{ "seed": 2 }', "task.length", 7, '{ "seed": 2, "task": { "kind": "count-ones", "length": 7 } }');
  });
  test("another kind takes the keys of the former one away, and no others", () => {
    check(
      '{ "training": { "optimizer": { "kind": "rprop", "etaPlus": 1.3, "etaMinus": 0.4 } } }',
      "training.optimizer.kind",
      "sgd",
      '{ "training": { "optimizer": { "kind": "sgd" } } }',
    );
    check(
      '{ "training": { "clip": { "value": 1 } } }',
      "training.clip.norm",
      2,
      '{ "training": { "clip": { "norm": 2 } } }',
    );
    check(
      '{ "training": { "optimizer": { "kind": "rprop", "mine": 1 } } }',
      "training.optimizer.kind",
      "sgd",
      '{ "training": { "optimizer": { "kind": "sgd", "mine": 1 } } }',
    );
  });
  test("no change is no edit, and a text that is no object cannot be edited", () => {
    expect(setValue('{ "seed": 1 }', ["seed"], 1)).toEqual([]);
    expect(["", "{", "[]", '{ "seed": }', "3"].map((text) => setValue(text, ["seed"], 2))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe("removing a value", () => {
  test("takes its comma along and leaves comments of others", () => {
    const text = '{\n  // one\n  "seed": 1,\n  // two\n  "name": "x"\n}';
    expect(applyEdits(text, removeValue(text, ["name"]))).toBe('{\n  // one\n  "seed": 1\n  // two\n}');
    expect(withoutValue(text, ["seed"])).toBe('{\n  // one\n  // two\n  "name": "x"\n}');
    expect(withoutValue('{\n  "seed": 1, // mine\n  "name": "x" // its own\n}', ["name"])).toBe(
      '{\n  "seed": 1 // mine\n}',
    );
    expect(withoutValue('{\r\n  "seed": 1,\r\n  "name": "x",\r\n}', ["name"])).toBe('{\r\n  "seed": 1,\r\n}');
    expect(withoutValue('{ "seed": 1, "name": "x" }', ["seed"])).toBe('{ "name": "x" }');
    expect(withoutValue('{ "seed": 1, /* a */ "name": "x" }', ["name"])).toBe('{ "seed": 1 /* a */ }');
    expect(withoutValue('{ "trace": { "every": 2 } }', ["trace", "every"])).toBe('{ "trace": { } }');
  });
  test("of a key that is not there does nothing", () => {
    expect(removeValue('{ "seed": 1 }', ["training", "clip"])).toEqual([]);
  });
});

test("whatever field is set to whatever it may be, the file says so, its comments stay, and undoing gives the old text", () => {
  const inputs: Record<string, fc.Arbitrary<string>> = {
    seed: fc.nat().map(String),
    name: fc.string({ unit: "binary", maxLength: 20 }).map((name) => name.replaceAll("//", "")),
    "task.length": fc.integer({ min: 1, max: 1000 }).map(String),
    "model.init.weight_hh_l0": fc.double({ min: -10, max: 10, noNaN: true }).map(String),
    "training.optimizer.kind": fc.constantFrom("sgd", "rprop"),
    "training.clip": fc.constantFrom("null", "norm 3", '{ "value": 2 }'),
    "training.clip.norm": fc.constantFrom("1", "5e-3"),
    "training.clip.value": fc.constantFrom("1", "5e-3"),
    "trace.every": fc.integer({ min: 1, max: 99 }).map(String),
  };
  const edits = fc
    .constantFrom(...Object.keys(inputs))
    .chain((key) => (inputs[key] as fc.Arbitrary<string>).map((input) => ({ key, input })));
  const comments = (text: string) => text.match(/\/\/.*/g);
  fc.assert(
    fc.property(
      fc.array(edits, { maxLength: 6 }),
      fc.constantFrom(
        newExperimentText("start").replace('"start",', '"start", // its name'),
        "{} // end",
        '{ "trace": { "every": 2 /* two */ }, } // end',
      ),
      (steps, start) => {
        let text = start;
        for (const { key, input } of steps) {
          const field = findField(text, key);
          const checked = field?.check(input);
          if (field === undefined || checked === undefined || "error" in checked)
            throw new Error(`${key}=${input}: ${JSON.stringify(checked)}`);
          const change = setValue(text, field.path, checked.value);
          const after = applyEdits(text, change);
          const undo = (change ?? []).map(({ offset, length, content }) => ({
            offset,
            length: content.length,
            content: text.slice(offset, offset + length),
          }));
          expect(applyEdits(after, undo)).toBe(text);
          experimentOf(after);
          expect(listFields(after).find((other) => other.key === key)?.value).toEqual(checked.value);
          text = after;
        }
        expect(comments(text)).toEqual(comments(start));
      },
    ),
    { numRuns: 200 },
  );
});

test("the edit between two texts is the smallest one", () => {
  expect(editBetween("abcd", "abXd")).toEqual([{ offset: 2, length: 1, content: "X" }]);
  expect(editBetween("aa", "aaa")).toEqual([{ offset: 2, length: 0, content: "a" }]);
  expect(editBetween("same", "same")).toEqual([]);
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      expect(applyEdits(before, editBetween(before, after))).toBe(after);
    }),
  );
});

test("a value is written as people write it", () => {
  expect(withValue("{}", ["a"], { b: [1, { c: "d" }], e: {} })).toBe(
    '{\n  "a": { "b": [1, { "c": "d" }], "e": {} }\n}',
  );
});
