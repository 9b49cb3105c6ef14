/** An experiment with some values changed, as plain values: what the edits of a text would give, without the text. */
import { experimentSchema } from "../schema/fileSchema";
import { isPlainObject, schemaAt } from "../schema/jsonSchema";

export interface ChangedValue {
  readonly path: readonly string[];
  readonly value: unknown;
}

type PlainObject = Readonly<Record<string, unknown>>;

/**
 * The file's value with `changes` in it and without its sweep. Choosing another kind of task, optimizer or clip drops
 * the keys of the former one, so wholes come before their parts and kinds before what belongs to them, whatever the
 * order given.
 */
export function trialValue(file: PlainObject, seed: number, changes: readonly ChangedValue[]): PlainObject {
  const { sweep: _sweep, ...rest } = file;
  return [...changes].sort(byDepth).reduce(withChange, { ...rest, seed });
}

function byDepth(a: ChangedValue, b: ChangedValue): number {
  return a.path.length - b.path.length || Number(isTag(b.path)) - Number(isTag(a.path));
}

function isTag(path: readonly string[]): boolean {
  return schemaAt(experimentSchema, path.slice(0, -1))?.discriminator?.propertyName === path.at(-1);
}

function withChange(file: PlainObject, { path, value }: ChangedValue): PlainObject {
  const parentPath = path.slice(0, -1);
  const key = path.at(-1) ?? "";
  const union = schemaAt(experimentSchema, parentPath);
  const tag = union?.discriminator?.propertyName;
  const present = valueIn(file, parentPath);
  const parent: PlainObject = isPlainObject(present)
    ? present
    : tag !== undefined && tag !== key && isPlainObject(union?.default)
      ? { [tag]: union.default[tag] }
      : {};
  const changed = { ...parent, [key]: value };
  const branch =
    (tag === undefined || tag === key) &&
    union?.anyOf?.find(({ properties }) =>
      tag === key ? properties?.[key]?.const === value : properties?.[key] !== undefined,
    );
  if (!branch) return setIn(file, parentPath, changed);
  const kept = Object.entries(changed).filter(
    ([other]) =>
      branch.properties?.[other] !== undefined ||
      !union?.anyOf?.some(({ properties }) => properties?.[other] !== undefined),
  );
  return setIn(file, parentPath, Object.fromEntries(kept));
}

function valueIn(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isPlainObject(at) ? at[key] : undefined), value);
}

function setIn(object: PlainObject, path: readonly string[], value: PlainObject): PlainObject {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const child = object[key];
  return { ...object, [key]: setIn(isPlainObject(child) ? child : {}, rest, value) };
}
