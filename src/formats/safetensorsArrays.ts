import { EXACT_INTEGERS, inexactInteger, type ArrayValues, type NumberArray } from "./fileArray";
import { halfFloat } from "./npyValues";
import { locateTensors, type TensorPlace } from "./safetensors";

const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

/**
 * The tensors of a safetensors file as arrays, by name: the file has them in the order of their sizes.
 * @throws Error saying what is wrong with the file, or naming a dtype that is not supported
 */
export function readSafetensorsArrays(bytes: Uint8Array): NumberArray[] {
  const { places } = locateTensors(bytes, ELEMENT_BYTES);
  return places
    .map((place): NumberArray => {
      const { name, shape, dtype } = place;
      const kind = dtype === "BOOL" ? "boolean" : /^B?F/.test(dtype) ? "float" : "integer";
      return { name, shape, dtype, kind, values: readValues(place) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Names and shapes of the tensors, by the header alone. */
export function safetensorsShapes(bytes: Uint8Array): Pick<NumberArray, "name" | "shape">[] {
  return locateTensors(bytes, ELEMENT_BYTES).places.map(({ name, shape }) => ({ name, shape }));
}

function readValues(place: TensorPlace): ArrayValues {
  const { dtype, length } = place;
  const values = /^(F32|F16|BF16)$/.test(dtype)
    ? new Float32Array(length)
    : dtype === "BOOL" || dtype === "U8"
      ? new Uint8Array(length)
      : new Float64Array(length);
  const read = numberReader(place);
  for (let i = 0; i < length; i++) values[i] = read(i);
  return values;
}

function numberReader({ dtype, data, shape }: TensorPlace): (index: number) => number {
  const exact = (value: bigint, index: number): number => {
    if (value > EXACT_INTEGERS || value < -EXACT_INTEGERS) throw inexactInteger(value, index, shape);
    return Number(value);
  };
  const widened = new DataView(new ArrayBuffer(4));
  switch (dtype) {
    case "F64":
      return (i) => data.getFloat64(8 * i, true);
    case "F32":
      return (i) => data.getFloat32(4 * i, true);
    case "F16":
      return (i) => halfFloat(data.getUint16(2 * i, true));
    case "BF16":
      return (i) => {
        // The upper half of a float32.
        widened.setUint16(0, data.getUint16(2 * i, true));
        return widened.getFloat32(0);
      };
    case "I64":
      return (i) => exact(data.getBigInt64(8 * i, true), i);
    case "I32":
      return (i) => data.getInt32(4 * i, true);
    case "I16":
      return (i) => data.getInt16(2 * i, true);
    case "I8":
      return (i) => data.getInt8(i);
    case "U64":
      return (i) => exact(data.getBigUint64(8 * i, true), i);
    case "U32":
      return (i) => data.getUint32(4 * i, true);
    case "U16":
      return (i) => data.getUint16(2 * i, true);
    case "BOOL":
      return (i) => (data.getUint8(i) === 0 ? 0 : 1);
    default:
      return (i) => data.getUint8(i);
  }
}
