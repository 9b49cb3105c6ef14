/**
 * tanh and the logistic function in float64 on whole panels, both from e^y with y = -2|x| or -|x|:
 *   n = y / ln 2 to a whole number,  r = y - n·ln 2,  t = e^r - 1 = r + r²·q(r),  e^y = 2^n·(1 + t).
 *
 * q is of degree nine, a least-maximum fit on |r| <= ln 2 / 2, whose error changes e^r by less than 4e-18. With z = |x|
 * for tanh and z = x for the logistic function, both are
 *   1 - k·e^y / (1 + e^y) for large z,  m / (1 + e^y) else,
 * tanh with k = 2 and m = 1 - e^y = (1 - 2^n) - 2^n·t, which keeps its digits near zero, and the sign of x; the
 * logistic function with k = 1 and m = e^y, which may be subnormal. Both are within two units in the last place; NaN
 * gives NaN.
 *
 * n is taken from a sum with 1.5·2^52, as the re-vectorizer does not join instructions that round. With 1023 more in
 * the sum, its last bits, shifted, are the number 2^n; with another 64, no 2^n is subnormal.
 */
import { BYTES, multiplyAdd, ROW, storeRow } from "./simd";

// 1 / ln 2; minus ln 2 in two parts, of which n times the first is exact; q from the highest power down.
// @ts-ignore: decorator
@inline const POWER: usize = memory.data<f64>([
  1.4426950408889634, -0.693145751953125, -1.42860682030941723212e-6, 2.4999902986734936e-8, 2.7630498521313915e-7,
  2.75575881535051e-6, 2.480149245162343e-5, 0.0001984126950317265, 0.0013888888944195382, 0.008333333333496671,
  0.041666666666528275, 0.16666666666666408, 0.5000000000000011,
]);
// y over |x|; the least y; the sum that gives n; what is taken from 2^n for m, which for tanh is -m, as its sign comes
// from x; factor of m and e^y; k; from which z on it is large; the bits that come from x, which z does not have.
// @ts-ignore: decorator
@inline const TANH: usize = memory.data<f64>([-2, -44, 6755399441056767, 1, 1, 2, 0.5, -0.0]);
// @ts-ignore: decorator
@inline const SIGMOID: usize = memory.data<f64>([-1, -746, 6755399441056831, 0, 5.421010862427522e-20, 1, 0, 0]);
// @ts-ignore: decorator
@inline const ONE: usize = memory.data<f64>([1]);

/** target = tanh(source), [rows][4] both; they may be the same. */
export function tanhByPowers(source: usize, target: usize, rows: u32): void {
  exponential(source, target, TANH, rows);
}

/** values = 1 / (1 + exp(-values)), [rows][4]. */
export function sigmoidByPowers(values: usize, rows: u32): void {
  exponential(values, values, SIGMOID, rows);
}

function exponential(source: usize, target: usize, table: usize, rows: u32): void {
  for (; rows != 0; rows--, source += ROW, target += ROW) {
    const x0 = v128.load(source),
      x1 = v128.load(source, 16);
    let c = v128.load64_splat(table),
      d = v128.load64_splat(table, 8);
    const y0 = f64x2.pmax(f64x2.mul(f64x2.abs(x0), c), d),
      y1 = f64x2.pmax(f64x2.mul(f64x2.abs(x1), c), d);
    ((c = v128.load64_splat(POWER)), (d = v128.load64_splat(table, 16)));
    const n0 = multiplyAdd(y0, c, d),
      n1 = multiplyAdd(y1, c, d);
    const whole0 = f64x2.sub(n0, d),
      whole1 = f64x2.sub(n1, d);
    c = v128.load64_splat(POWER, 8);
    let r0 = multiplyAdd(whole0, c, y0),
      r1 = multiplyAdd(whole1, c, y1);
    c = v128.load64_splat(POWER, 16);
    ((r0 = multiplyAdd(whole0, c, r0)), (r1 = multiplyAdd(whole1, c, r1)));
    ((c = v128.load64_splat(POWER, 24)), (d = v128.load64_splat(POWER, 32)));
    let q0 = multiplyAdd(r0, c, d),
      q1 = multiplyAdd(r1, c, d);
    c = v128.load64_splat(POWER, 40);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load64_splat(POWER, 48);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load64_splat(POWER, 56);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load64_splat(POWER, 64);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load64_splat(POWER, 72);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load64_splat(POWER, 80);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load64_splat(POWER, 88);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load64_splat(POWER, 96);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    const t0 = multiplyAdd(f64x2.mul(r0, r0), q0, r0),
      t1 = multiplyAdd(f64x2.mul(r1, r1), q1, r1);
    const p0 = i64x2.shl(n0, 52),
      p1 = i64x2.shl(n1, 52);
    ((c = v128.load64_splat(table, 24)), (d = v128.load64_splat(table, 32)));
    const m0 = f64x2.mul(multiplyAdd(p0, t0, f64x2.sub(p0, c)), d),
      m1 = f64x2.mul(multiplyAdd(p1, t1, f64x2.sub(p1, c)), d);
    const e0 = f64x2.mul(multiplyAdd(p0, t0, p0), d),
      e1 = f64x2.mul(multiplyAdd(p1, t1, p1), d);
    ((c = v128.load64_splat(table, 48)), (d = v128.load64_splat(table, 56)));
    const large0 = f64x2.ge(v128.andnot(x0, d), c),
      large1 = f64x2.ge(v128.andnot(x1, d), c);
    ((c = v128.load64_splat(table, 40)), (d = v128.load64_splat(ONE)));
    const ratio0 = f64x2.div(v128.bitselect(f64x2.mul(e0, c), m0, large0), f64x2.add(e0, d)),
      ratio1 = f64x2.div(v128.bitselect(f64x2.mul(e1, c), m1, large1), f64x2.add(e1, d));
    const value0 = v128.bitselect(f64x2.sub(d, ratio0), ratio0, large0),
      value1 = v128.bitselect(f64x2.sub(d, ratio1), ratio1, large1);
    c = v128.load64_splat(table, 56);
    storeRow(target, v128.bitselect(x0, value0, c), v128.bitselect(x1, value1, c));
  }
}

// The least -|x|; 1 / ln 2; the sum that gives n; minus ln 2 in two parts; q from the highest power down, in
// float32 of degree four, whose error changes e^r by less than 4e-9.
// @ts-ignore: decorator
@inline const DECAY: usize =
  sizeof<real>() == 4
    ? memory.data<f32>([
        -87, 1.4426950408889634, 12583039, -0.693359375, 2.1219444e-4, 0.0013950478751212358, 0.008368882350623608,
        0.04166620597243309, 0.1666651964187622, 0.5,
      ])
    : memory.data<f64>([
        -708, 1.4426950408889634, 6755399441056767, -0.693145751953125, -1.42860682030941723212e-6,
        2.4999902986734936e-8, 2.7630498521313915e-7, 2.75575881535051e-6, 2.480149245162343e-5, 0.0001984126950317265,
        0.0013888888944195382, 0.008333333333496671, 0.041666666666528275, 0.16666666666666408, 0.5000000000000011,
      ]);

// What is taken from 2^n, and the bits that the sign has more: e^y, and 1 - e^y.
// @ts-ignore: decorator
@inline const WHOLE: usize = memory.data<real>([0, 0]);
// @ts-ignore: decorator
@inline const REST: usize = memory.data<real>([1, -0.0]);

/**
 * target = e^-|source|, [rows][C] both; they may be the same. Beyond |x| = 87, in float64 708, what it is there, which
 * is not subnormal. NaN gives NaN.
 */
export function decayPanel(source: usize, target: usize, rows: u32): void {
  decays(source, target, WHOLE, rows);
}

/** target = 1 - e^-|source|, [rows][C] both, with its digits near zero; they may be the same. NaN gives NaN. */
export function complementPanel(source: usize, target: usize, rows: u32): void {
  decays(source, target, REST, rows);
}

function decays(source: usize, target: usize, table: usize, rows: u32): void {
  for (; rows != 0; rows--, source += ROW, target += ROW) {
    let c = v128.load_splat<real>(DECAY),
      d = v128.load_splat<real>(DECAY, 2 * BYTES);
    const y0 = v128.pmax<real>(v128.neg<real>(v128.abs<real>(v128.load(source))), c),
      y1 = v128.pmax<real>(v128.neg<real>(v128.abs<real>(v128.load(source, 16))), c);
    c = v128.load_splat<real>(DECAY, BYTES);
    const n0 = multiplyAdd(y0, c, d),
      n1 = multiplyAdd(y1, c, d);
    const whole0 = v128.sub<real>(n0, d),
      whole1 = v128.sub<real>(n1, d);
    ((c = v128.load_splat<real>(DECAY, 3 * BYTES)), (d = v128.load_splat<real>(DECAY, 4 * BYTES)));
    const r0 = multiplyAdd(whole0, d, multiplyAdd(whole0, c, y0)),
      r1 = multiplyAdd(whole1, d, multiplyAdd(whole1, c, y1));
    ((c = v128.load_splat<real>(DECAY, 5 * BYTES)), (d = v128.load_splat<real>(DECAY, 6 * BYTES)));
    let q0 = multiplyAdd(r0, c, d),
      q1 = multiplyAdd(r1, c, d);
    c = v128.load_splat<real>(DECAY, 7 * BYTES);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load_splat<real>(DECAY, 8 * BYTES);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    c = v128.load_splat<real>(DECAY, 9 * BYTES);
    ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    if (sizeof<real>() == 8) {
      c = v128.load_splat<real>(DECAY, 10 * BYTES);
      ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
      c = v128.load_splat<real>(DECAY, 11 * BYTES);
      ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
      c = v128.load_splat<real>(DECAY, 12 * BYTES);
      ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
      c = v128.load_splat<real>(DECAY, 13 * BYTES);
      ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
      c = v128.load_splat<real>(DECAY, 14 * BYTES);
      ((q0 = multiplyAdd(r0, q0, c)), (q1 = multiplyAdd(r1, q1, c)));
    }
    const t0 = multiplyAdd(v128.mul<real>(r0, r0), q0, r0),
      t1 = multiplyAdd(v128.mul<real>(r1, r1), q1, r1);
    const p0 = powerOfTwo(n0),
      p1 = powerOfTwo(n1);
    ((c = v128.load_splat<real>(table)), (d = v128.load_splat<real>(table, BYTES)));
    const e0 = multiplyAdd(p0, t0, v128.sub<real>(p0, c)),
      e1 = multiplyAdd(p1, t1, v128.sub<real>(p1, c));
    storeRow(target, v128.xor(e0, d), v128.xor(e1, d));
  }
}

/** 2^n from a sum whose last bits are n plus the bias of the exponent. */
// @ts-ignore: decorator
@inline
function powerOfTwo(sum: v128): v128 {
  return sizeof<real>() == 8 ? i64x2.shl(sum, 52) : i32x4.shl(sum, 23);
}

// Of the logarithm below, q from the highest power down: a least-maximum fit on s <= 1/9, whose error changes the
// logarithm by less than 5e-10 of it in float32, 1e-17 in float64.
// @ts-ignore: decorator
@inline const LOGARITHM: usize =
  sizeof<real>() == 4
    ? memory.data<f32>([
        0.11612164612011674, 0.10853287900440187, 0.14296178997151418, 0.1999985316596486, 0.3333333366026371,
      ])
    : memory.data<f64>([
        0.08082022805971766, 0.04400369243072337, 0.06000536404795356, 0.06657072104827468, 0.07692785032479312,
        0.09090894718066429, 0.11111111358713932, 0.1428571428355438, 0.20000000000007292, 0.3333333333333333,
      ]);
// @ts-ignore: decorator
@inline const TWO: usize = memory.data<real>([2]);

/**
 * target = ln(1 + e^x) = max(x, 0) + ln(1 + e) with e = e^-|x|, [rows][C] all; target may be source. scratch is
 * overwritten. The logarithm is 2z + 2zs·q(s) with z = e / (2 + e), s = z². NaN gives NaN.
 */
export function softplusPanel(source: usize, target: usize, scratch: usize, rows: u32): void {
  decayPanel(source, scratch, rows);
  for (; rows != 0; rows--, source += ROW, target += ROW, scratch += ROW) {
    let c = v128.load_splat<real>(TWO);
    const e0 = v128.load(scratch),
      e1 = v128.load(scratch, 16);
    const z0 = v128.div<real>(e0, v128.add<real>(e0, c)),
      z1 = v128.div<real>(e1, v128.add<real>(e1, c));
    const s0 = v128.mul<real>(z0, z0),
      s1 = v128.mul<real>(z1, z1);
    c = v128.load_splat<real>(LOGARITHM);
    let d = v128.load_splat<real>(LOGARITHM, BYTES);
    let q0 = multiplyAdd(s0, c, d),
      q1 = multiplyAdd(s1, c, d);
    c = v128.load_splat<real>(LOGARITHM, 2 * BYTES);
    ((q0 = multiplyAdd(s0, q0, c)), (q1 = multiplyAdd(s1, q1, c)));
    c = v128.load_splat<real>(LOGARITHM, 3 * BYTES);
    ((q0 = multiplyAdd(s0, q0, c)), (q1 = multiplyAdd(s1, q1, c)));
    c = v128.load_splat<real>(LOGARITHM, 4 * BYTES);
    ((q0 = multiplyAdd(s0, q0, c)), (q1 = multiplyAdd(s1, q1, c)));
    if (sizeof<real>() == 8) {
      c = v128.load_splat<real>(LOGARITHM, 5 * BYTES);
      ((q0 = multiplyAdd(s0, q0, c)), (q1 = multiplyAdd(s1, q1, c)));
      c = v128.load_splat<real>(LOGARITHM, 6 * BYTES);
      ((q0 = multiplyAdd(s0, q0, c)), (q1 = multiplyAdd(s1, q1, c)));
      c = v128.load_splat<real>(LOGARITHM, 7 * BYTES);
      ((q0 = multiplyAdd(s0, q0, c)), (q1 = multiplyAdd(s1, q1, c)));
      c = v128.load_splat<real>(LOGARITHM, 8 * BYTES);
      ((q0 = multiplyAdd(s0, q0, c)), (q1 = multiplyAdd(s1, q1, c)));
      c = v128.load_splat<real>(LOGARITHM, 9 * BYTES);
      ((q0 = multiplyAdd(s0, q0, c)), (q1 = multiplyAdd(s1, q1, c)));
    }
    const double0 = v128.add<real>(z0, z0),
      double1 = v128.add<real>(z1, z1);
    d = v128.splat<real>(0);
    const log0 = multiplyAdd(v128.mul<real>(double0, s0), q0, double0),
      log1 = multiplyAdd(v128.mul<real>(double1, s1), q1, double1);
    const sum0 = v128.add<real>(v128.pmax<real>(v128.load(source), d), log0),
      sum1 = v128.add<real>(v128.pmax<real>(v128.load(source, 16), d), log1);
    storeRow(target, sum0, sum1);
  }
}
