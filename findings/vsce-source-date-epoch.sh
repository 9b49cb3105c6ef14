#!/usr/bin/env bash
# @vscode/vsce 3.9.2: SOURCE_DATE_EPOCH alone does not make a VSIX reproducible.
#
# One would expect: vsce honors SOURCE_DATE_EPOCH (each entry of the VSIX gets that time), so two builds of the same
# sources with the same value have the same bytes.
#
# What happens: they do in the same shell, also after a file was touched. But the entries of a ZIP hold a local time
# without a zone, and vsce converts the epoch to the zone of the machine, so TZ=Asia/Tokyo gives other bytes than TZ=UTC.
# And each entry holds the permissions of the file on the disk, so a checkout under umask 002 (664) gives other bytes
# than one under umask 022 (644). Setting TZ and the modes of the files before packing makes the bytes equal.
#
# Output seen (Node 20.20, Debian 12):
#   same shell, file touched in between: same bytes
#   another time zone: other bytes
#   file mode 664 in place of 644: other bytes
#   time zone and mode as at first: same bytes
#
# Needs: npm, a registry. Fails if one of the four lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @vscode/vsce@3.9.2 >/dev/null

mkdir extension
cat > extension/package.json <<'JSON'
{
  "name": "demo",
  "displayName": "demo",
  "description": "demo",
  "publisher": "demo",
  "version": "1.0.0",
  "license": "MIT",
  "engines": { "vscode": "^1.100.0" },
  "main": "./main.js",
  "activationEvents": ["onStartupFinished"],
  "files": ["main.js"]
}
JSON
echo 'exports.activate = () => undefined;' > extension/main.js
echo '# Demo' > extension/README.md
echo 'MIT' > extension/LICENSE
chmod 644 extension/*

# pack ZONE: the hash of the VSIX that is made there
pack() {
  (cd extension && TZ=$1 SOURCE_DATE_EPOCH=1577836800 ../node_modules/.bin/vsce package --allow-missing-repository \
    --out ../demo.vsix) >log 2>&1 || { cat log >&2; exit 1; }
  sha256sum demo.vsix | cut -d ' ' -f 1
}

failed=0
# expect WHAT same|other HASH
expect() {
  local seen=other
  [[ $3 == "$first" ]] && seen=same
  echo "$1: $seen bytes"
  [[ $seen == "$2" ]] || failed=1
}

first=$(pack UTC)
sleep 3
touch extension/main.js
expect "same shell, file touched in between" same "$(pack UTC)"
expect "another time zone" other "$(pack Asia/Tokyo)"
chmod 664 extension/main.js
expect "file mode 664 in place of 644" other "$(pack UTC)"
chmod 644 extension/main.js
expect "time zone and mode as at first" same "$(pack UTC)"
exit $failed
