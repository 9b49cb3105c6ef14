// @ts-check
/** What one core can do with 128-bit vectors at best: independent multiply-adds and nothing else. */
import asc from "assemblyscript/asc";

const ACCUMULATORS = 12;
const UNROLLED = 4;

/** GFLOP/s with fused multiply-adds (relaxed SIMD) and with separate multiplications and additions. */
export async function measurePeaks() {
  return {
    fused: await measure("f32x4.relaxed_madd(m, c, A)", ["simd", "relaxed-simd"]),
    separate: await measure("f32x4.add(f32x4.mul(m, A), c)", ["simd"]),
  };
}

/** @param {string} expression in terms of A, an accumulator @param {string[]} features */
async function measure(expression, features) {
  const names = Array.from({ length: ACCUMULATORS }, (_, i) => `a${i}`);
  const body = names
    .map((name) => `${name} = ${expression.replaceAll("A", name)};`)
    .join(" ")
    .repeat(UNROLLED);
  const source = `export function peak(n: i32): f32 {
    const m = f32x4.splat(0.999), c = f32x4.splat(1e-3);
    let ${names.map((name, i) => `${name} = f32x4.splat(${i}.5)`).join(", ")};
    for (let i = 0; i < n; i++) { ${body} }
    return f32x4.extract_lane(${names.reduce((sum, name) => `f32x4.add(${sum}, ${name})`)}, 0);
  }`;
  const { binary, stderr } = await asc.compileString(
    source,
    /** @type {any} */ ({ runtime: "stub", optimizeLevel: 0, enable: features }),
  );
  if (binary === null) throw new Error(stderr.toString());
  const peak = /** @type {(n: number) => number} */ (
    (await WebAssembly.instantiate(new Uint8Array(binary))).instance.exports["peak"]
  );
  const n = 200_000;
  let best = Infinity;
  for (let round = 0; round < 20; round++) {
    const start = performance.now();
    peak(n);
    best = Math.min(best, performance.now() - start);
  }
  return (n * UNROLLED * ACCUMULATORS * 4 * 2) / best / 1e6;
}
