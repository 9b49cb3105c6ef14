#!/usr/bin/env bash
# aeon 1.6.0: load_from_ts_file loses signs and exponents of values that have times.
#
# One would expect: in a .ts file with "@timeStamps true", the pair (0,-1.5) has the value -1.5, as the same value has
# in a file without times.
#
# What happens: the loader picks the values out of each sequence with the expression \d+\.\d+, so that -1.5 is read as
# 1.5, 2.5e-3 as 2.5, and a whole number is not seen at all; a time with a decimal point, such as (0.5,-1.5), is read as
# one more value. Nothing is reported. Without times, the same values are read as written.
#
# Output seen (Python 3.11, Linux):
#   without times: [-1.5, 0.0025, 3.25]
#   whole times:   [1.5, 2.5, 3.25]
#   decimal times: [0.5, 1.5, 1.5, 2.5, 2.5, 3.25]
#   whole values:  [3.25]
#
# Needs: Python 3.10 or newer with venv, a registry. Fails if one of the four lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv environment
environment/bin/pip install --quiet --disable-pip-version-check aeon==1.6.0

# series NAME TIMES VALUES: a file with one sequence
series() {
  printf '@problemName demo\n@timeStamps %s\n@missing false\n@univariate true\n@equalLength true\n@classLabel true a\n@data\n%s:a\n' \
    "$2" "$3" > "$1.ts"
}
series without false '-1.5,2.5e-3,3.25'
series whole true '(0,-1.5),(1,2.5e-3),(2,3.25)'
series decimal true '(0.5,-1.5),(1.5,2.5e-3),(2.5,3.25)'
series integers true '(0,-1),(1,2),(2,3.25)'

cat > read.py <<'PYTHON'
from aeon.datasets import load_from_ts_file

expected = {
    "without": [-1.5, 0.0025, 3.25],
    "whole": [1.5, 2.5, 3.25],
    "decimal": [0.5, 1.5, 1.5, 2.5, 2.5, 3.25],
    "integers": [3.25],
}
names = {"without": "without times:", "whole": "whole times:  ", "decimal": "decimal times:", "integers": "whole values: "}
failed = False
for name, values in expected.items():
    read = load_from_ts_file(f"{name}.ts")[0].ravel().tolist()
    print(names[name], read)
    failed |= read != values
raise SystemExit(failed)
PYTHON
environment/bin/python read.py
