// @ts-check
/** What one core can do at best: independent multiply-adds and nothing else. */
import asc from "assemblyscript/asc";

const ACCUMULATORS = 12;
const UNROLLED = 4;

/**
 * GFLOP/s with fused multiply-adds (relaxed SIMD) and with separate multiplications and additions.
 * @param {boolean} wide whether V8 joins vectors in this process
 */
export async function measurePeaks(wide) {
  return {
    fused: await measure("f32x4.relaxed_madd(m, c, A)", ["simd", "relaxed-simd"]),
    separate: await measure("f32x4.add(f32x4.mul(m, A), c)", ["simd"]),
    fused256: wide ? await measure("f32x4.relaxed_madd(m, c, A)", ["simd", "relaxed-simd"], true) : null,
  };
}

/**
 * @param {string} expression in terms of A, an accumulator
 * @param {string[]} features
 * @param {boolean} [wide] twice as many accumulators, stored in pairs, upper half first, which V8 joins
 */
async function measure(expression, features, wide = false) {
  const accumulators = wide ? 2 * ACCUMULATORS : ACCUMULATORS;
  const names = Array.from({ length: accumulators }, (_, i) => `a${i}`);
  const body = names
    .map((name) => `${name} = ${expression.replaceAll("A", name)};`)
    .join(" ")
    .repeat(UNROLLED);
  // Apart where they are not to be joined.
  const stride = wide ? 16 : 32;
  const stores = names.map((_, i) => i ^ 1).map((i) => `v128.store(0, a${i}, ${stride * i});`);
  const source = `export function peak(n: i32, factor: f32, term: f32): void {
    const m = f32x4.splat(factor), c = f32x4.splat(term);
    let ${names.map((name) => `${name} = f32x4.splat(factor)`).join(", ")};
    for (let i = 0; i < n; i++) { ${body} }
    ${stores.join(" ")}
  }`;
  const { binary, stderr } = await asc.compileString(
    source,
    /** @type {any} */ ({ runtime: "stub", optimizeLevel: 0, initialMemory: 1, enable: features }),
  );
  if (binary === null) throw new Error(stderr.toString());
  // V8 takes the code of another module of the same bytes, whatever its flags were then.
  const bytes = new Uint8Array([...binary, ...(wide ? [0, 2, 1, 0x77] : [])]);
  const peak = /** @type {(n: number, factor: number, term: number) => void} */ (
    (await WebAssembly.instantiate(bytes)).instance.exports["peak"]
  );
  const n = 200_000;
  let best = Infinity;
  for (let round = 0; round < 20; round++) {
    const start = performance.now();
    peak(n, 0.999, 1e-3);
    best = Math.min(best, performance.now() - start);
  }
  return (n * UNROLLED * accumulators * 4 * 2) / best / 1e6;
}
