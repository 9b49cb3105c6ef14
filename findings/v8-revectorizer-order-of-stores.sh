#!/usr/bin/env bash
# V8's WebAssembly re-vectorizer (node 24.21.0, --experimental-wasm-revectorize, x86-64): the order of two stores, and
# how their addresses are written, decide whether a loop gets 256-bit vectors.
#
# One would expect: two neighboring 128-bit operations of a loop become one of 256 bits however the loop is written, or
# at least that the natural order (lower half, then upper half) is as good as the other.
#
# What happens, for y = x * x + y over 8 floats a turn, compiled by AssemblyScript at -O1:
#   - upper half stored first: all of it is joined.
#   - lower half first: joined too, but V8 stores the lower half a second time, with 128 bits.
#   - the second address written as an addition (`y + 16`) in place of a constant offset: nothing is joined.
#   - one vector of 4 floats a turn: nothing is joined, although V8 unrolls such loops four times.
#
# Output seen (Debian 12, x86-64 with AVX2):
#   upper half first: 256-bit yes, 128-bit stores beside each: 0
#   lower half first: 256-bit yes, 128-bit stores beside each: 1
#   address by addition: 256-bit no
#   one vector a turn: 256-bit no
#
# Needs: npm, a registry, x86-64 with AVX2. Fails if one of the four lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0 assemblyscript@0.28.20 >/dev/null
export PATH="$folder/node_modules/.bin:$PATH"

cat > loops.ts <<'TS'
export function upperFirst(x: usize, y: usize, rows: u32): void {
  for (; rows != 0; rows--, x += 32, y += 32) {
    const a = v128.load(x), b = v128.load(x, 16);
    const low = f32x4.add(f32x4.mul(a, a), v128.load(y)), high = f32x4.add(f32x4.mul(b, b), v128.load(y, 16));
    v128.store(y, high, 16);
    v128.store(y, low);
  }
}
export function lowerFirst(x: usize, y: usize, rows: u32): void {
  for (; rows != 0; rows--, x += 32, y += 32) {
    const a = v128.load(x), b = v128.load(x, 16);
    const low = f32x4.add(f32x4.mul(a, a), v128.load(y)), high = f32x4.add(f32x4.mul(b, b), v128.load(y, 16));
    v128.store(y, low);
    v128.store(y, high, 16);
  }
}
export function byAddition(x: usize, y: usize, rows: u32): void {
  for (; rows != 0; rows--, x += 32, y += 32) {
    const a = v128.load(x), b = v128.load(x + 16);
    const low = f32x4.add(f32x4.mul(a, a), v128.load(y)), high = f32x4.add(f32x4.mul(b, b), v128.load(y + 16));
    v128.store(y + 16, high);
    v128.store(y, low);
  }
}
export function single(x: usize, y: usize, rows: u32): void {
  for (; rows != 0; rows--, x += 16, y += 16) {
    const a = v128.load(x);
    v128.store(y, f32x4.add(f32x4.mul(a, a), v128.load(y)));
  }
}
TS
npx asc loops.ts --outFile loops.wasm --debug --runtime stub --optimizeLevel 1 --shrinkLevel 0 --noAssert --enable simd

node --experimental-wasm-revectorize --no-liftoff --no-wasm-lazy-compilation --print-wasm-code --single-threaded \
  -e 'new WebAssembly.Module(require("fs").readFileSync("loops.wasm"))' > code.txt

# part NAME: the instructions of a function
part() {
  awk -v name="$1" '/^name: /{on = ($2 ~ "(^|/)" name "$")} on && /^0x[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ /' code.txt
}

failed=0
# expect WHAT FUNCTION yes|no [128-bit stores for each of 256 bits]
expect() {
  local wide=no stores=0 line
  part "$2" > part.txt
  grep -q ymm part.txt && wide=yes
  line="$1: 256-bit $wide"
  if [[ $wide == yes ]]; then
    # The loop is unrolled, so there are several stores of either width.
    stores=$(($(grep -cE 'vmov[a-z]+ \[[^]]*\],xmm' part.txt || true) / $(grep -cE 'vmov[a-z]+ \[[^]]*\],ymm' part.txt)))
    line+=", 128-bit stores beside each: $stores"
  fi
  echo "$line"
  [[ $wide == "$3" && ($wide == no || $stores == "$4") ]] || failed=1
}

expect "upper half first" upperFirst yes 0
expect "lower half first" lowerFirst yes 1
expect "address by addition" byAddition no
expect "one vector a turn" single no
exit $failed
