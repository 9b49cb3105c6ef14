/** A .npy file with this header and these bytes of data. */
export function npyBytes(descr: string, shape: string, data: Uint8Array, version = 1, fortran = false): Uint8Array {
  return npyFile(
    `{'descr': ${descr}, 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }\n`,
    data,
    version,
  );
}

/** The same with any header. */
export function npyFile(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = Buffer.from(header, version === 3 ? "utf8" : "latin1");
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([version, 0]), length, text, data]);
}

export const bytesOf = (values: { readonly buffer: ArrayBufferLike }): Uint8Array => new Uint8Array(values.buffer);
