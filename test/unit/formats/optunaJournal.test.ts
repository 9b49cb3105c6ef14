import { describe, expect, test } from "vitest";
import { externalValue, journalLine, readJournal, TRIAL_STATE } from "../../../src/formats/optunaJournal";

const quoted = (distribution: object) => JSON.stringify(JSON.stringify(distribution));
const FLOAT = quoted({ name: "FloatDistribution", attributes: { step: null, low: 0, high: 1, log: false } });
const CHOICE = quoted({ name: "CategoricalDistribution", attributes: { choices: [null, "NaN", 3] } });
const ENDED = "2026-11-28T08:35:41Z";
const LINES = [
  '{"op_code":0,"worker_id":"w","study_name":"first","directions":[1]}',
  '{"op_code":0,"worker_id":"w","study_name":"first","directions":[1]}',
  '{"op_code":0,"worker_id":"w","study_name":"second","directions":[2]}',
  '{"op_code":2,"worker_id":"w","study_id":1,"user_attr":{"about":"Infinity is a word here"}}',
  '{"op_code":3,"worker_id":"w","study_id":1,"system_attr":{"study:metric_names":["loss"]}}',
  '{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":null}',
  '{"op_code":1,"worker_id":"w","study_id":0}',
  '{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":null}',
  '{"op_code":4,"worker_id":"w","study_id":1,"datetime_start":"2026-11-28T08:35:40.851026+00:00"}',
  `{"op_code":5,"worker_id":"w","trial_id":1,"param_name":"x","param_value_internal":0.25,"distribution":${FLOAT}}`,
  `{"op_code":5,"worker_id":"w","trial_id":1,"param_name":"c","param_value_internal":1,"distribution":${CHOICE}}`,
  '{"op_code":9,"worker_id":"w","trial_id":1,"system_attr":{"tpe:relative_params:0":"{\\"x\\": 0.25}"}}',
  '{"op_code":7,"worker_id":"w","trial_id":1,"step":3,"intermediate_value":NaN}',
  '{"op_code":8,"worker_id":"w","trial_id":1,"user_attr":{"note":"a \\"NaN\\" in quotes"}}',
  `{"op_code":6,"worker_id":"w","trial_id":1,"state":1,"values":[-Infinity],"datetime_complete":"${ENDED}"}`,
  `{"op_code":6,"worker_id":"w","trial_id":1,"state":3,"values":null,"datetime_complete":null}`,
  '{"op_code":10,"worker_id":"w","study_id":1,"trial_ids":[1]}',
  '{"op_code":4,"worker_id":"w","study_id":1,"datetime_start":null,"state":4,"system_attrs":{"fixed_params":{"x":1}}}',
];

describe("a journal of Optuna", () => {
  test("is replayed as Optuna does: names once, deleted studies gone, ended trials closed", () => {
    const { studies, created, torn } = readJournal(`${LINES.join("\n")}\n`);
    expect([created, torn, studies.map(({ name }) => name)]).toEqual([2, "", ["second"]]);
    const [study] = studies;
    expect([...(study?.userAttributes ?? [])]).toEqual([["about", "Infinity is a word here"]]);
    const [trial, waiting] = study?.trials ?? [];
    expect(trial).toMatchObject({ id: 1, number: 0, state: TRIAL_STATE.complete, values: [-Infinity] });
    expect(trial?.complete).toBe(ENDED);
    expect(trial?.intermediateValues.get(3)).toBeNaN();
    expect(trial?.userAttributes.get("note")).toBe('a "NaN" in quotes');
    expect(trial?.systemAttributes.get("tpe:relative_params:0")).toBe('{"x": 0.25}');
    const values = [...(trial?.parameters ?? [])].map(([name, internal]) => [
      name,
      externalValue(trial!.distributions.get(name)!, internal),
    ]);
    expect(values).toEqual([
      ["x", 0.25],
      ["c", "NaN"],
    ]);
    expect(waiting).toMatchObject({ number: 1, state: TRIAL_STATE.waiting });
  });

  test("with a last line that is not whole is read without it; another broken line is named", () => {
    const whole = `${LINES.slice(0, 6).join("\n")}\n`;
    expect(readJournal(`${whole}{"op_code":4,"wor`)).toEqual({ ...readJournal(whole), torn: '{"op_code":4,"wor' });
    expect(() => readJournal(`${whole}{"op_code":4,"wor{"op_code":5}\n`)).toThrow(/^line 7: /);
    expect(() => readJournal('{"type":"run"}\n')).toThrow("line 1: there is no op_code");
  });

  test("is written with the bare words that Python reads", () => {
    expect(journalLine({ a: NaN, b: [-Infinity, 1], c: "NaN" })).toBe('{"a":NaN,"b":[-Infinity,1],"c":"NaN"}\n');
  });
});
