/**
 * The parts that schemas of messages and stored states are made of. `scripts/generate.mjs` writes a guard from each
 * schema, so no schema is loaded at run time: what runs imports the guards, and of this module types alone.
 */
import * as Type from "typebox";
import { CARD_ID } from "../wire/savedCharts";
import type { Static, TSchema, TUnsafe } from "typebox";

/** What ajv writes: true for a T. After false, the first of `errors` says where the value is wrong. */
export interface Guard<T> {
  (value: unknown): value is T;
  errors?: readonly GuardError[] | null;
}

export interface GuardError {
  /** To the value that is wrong, or that lacks a property: "/header/columns/3/length". */
  readonly instancePath: string;
}

/** Without `readonly`, which says nothing about a value, so that only shapes are compared. */
type Plain<T> = unknown extends T
  ? unknown
  : T extends string | number | boolean | null | undefined | ArrayBufferView
    ? T
    : { -readonly [K in keyof T]: Plain<T[K]> };

type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * The schema of a T: `schemaOf<T>()(schema)` compiles only where the schema lets through exactly what the type
 * promises, each property and each branch of a union.
 */
export function schemaOf<T>(): <S extends TSchema>(
  schema: IsSame<Plain<Static<S>>, Plain<T>> extends true ? S : never,
) => TUnsafe<T> {
  return (schema) => schema as unknown as TUnsafe<T>;
}

export const Text = Type.String();
export const Flag = Type.Boolean();
export const Finite = Type.Number();
/** A whole number from 0 that float64 holds exactly. */
export const Count = numeric("count");
/**
 * A number that may be NaN or infinite, also by its name, as `encodeNonFinite` writes it; the guard then puts the
 * number in its place.
 */
export const Real = numeric("real");

/** Milliseconds since 1970, up to the year 9999: what every date format accepts. */
export const Time = numeric("time");

export const Float64s = instance<Float64Array<ArrayBuffer>>("Float64Array");
export const Int32s = instance<Int32Array<ArrayBuffer>>("Int32Array");
export const Float32s = instance<Float32Array<ArrayBuffer>>("Float32Array");
export const Floats = instance<Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>>("Float64Array", "Float32Array");
export const Bytes = instance<Uint8Array<ArrayBuffer>>("Uint8Array");

/** What {@link CARD_ID} allows. */
export const CardId = Type.String({ pattern: CARD_ID.source });

/** No property but those listed. For what comes from a page, which is less trusted than the host. */
export const CLOSED = { additionalProperties: false } as const;

/** The schema, or null. */
export function nullable<S extends TSchema>(schema: S): TUnsafe<Static<S> | null> {
  const { type, enum: values, numeric } = schema as { type?: string; enum?: readonly unknown[]; numeric?: string };
  if (type !== undefined) return Type.Unsafe({ ...schema, type: [type, "null"] });
  if (values !== undefined) return Type.Unsafe({ ...schema, enum: [...values, null] });
  if (numeric !== undefined) return Type.Unsafe({ ...schema, orNull: true });
  return Type.Unsafe({ anyOf: [{ type: "null" }, schema] });
}

/** An object with names of its own; a typed array, which is one to JSON Schema, is none. */
export function dictionary<S extends TSchema>(schema: S): TUnsafe<Record<string, Static<S>>> {
  return Type.Unsafe<Record<string, Static<S>>>({ type: "object", plain: true, additionalProperties: schema });
}

/** A union of objects that the property `tag` tells apart; only the branch that it names is checked. */
export function tagged<S extends TSchema[]>(tag: string, branches: readonly [...S]): TUnsafe<Static<S[number]>> {
  return Type.Unsafe<Static<S[number]>>({
    type: "object",
    discriminator: { propertyName: tag },
    oneOf: branches,
  });
}

function numeric(kind: "count" | "real" | "time"): TUnsafe<number> {
  return Type.Unsafe<number>({ numeric: kind });
}

/** An instance of a class that structured clone knows, which is one of those named. */
function instance<T>(...classes: readonly string[]): TUnsafe<T> {
  return Type.Unsafe<T>({ instance: classes });
}
