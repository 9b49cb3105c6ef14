#!/usr/bin/env bash
# Node.js 24.21.0: what v8.Serializer writes for a SharedArrayBuffer, v8.Deserializer cannot read.
#
# One would expect: a Serializer whose _getSharedArrayBufferId returns an ID writes that ID, and a Deserializer that was
# told of the buffer by transferArrayBuffer(ID, buffer) returns that buffer. The documentation of transferArrayBuffer
# names SharedArrayBuffer as a type of its argument and _getSharedArrayBufferId as the source of the ID.
#
# What happens: writing succeeds, and readValue throws "Unable to deserialize cloned data.". The same two calls with an
# ArrayBuffer that was transferred return that ArrayBuffer. So messages between processes that name shared memory need a
# reference of their own in its place, before they are serialized.
#
# Output seen (Debian 12, x86-64):
#   ArrayBuffer: the same buffer
#   SharedArrayBuffer: Unable to deserialize cloned data.
#
# Needs: npm, a registry. Fails if one of the two lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts=false node@24.21.0 >/dev/null
node=node_modules/node/bin/node
[ -x "$node" ] || node=$(ls node_modules/node-bin-*/bin/node node_modules/node-linux-*/bin/node 2>/dev/null | head -1)

cat > pair.mjs <<'JS'
import v8 from "node:v8";

class Named extends v8.Serializer {
  _getSharedArrayBufferId() {
    return 7;
  }
}

function back(buffer) {
  const writer = new Named();
  if (buffer instanceof ArrayBuffer) writer.transferArrayBuffer(7, buffer);
  writer.writeHeader();
  writer.writeValue({ buffer });
  const reader = new v8.Deserializer(writer.releaseBuffer());
  reader.readHeader();
  reader.transferArrayBuffer(7, buffer);
  try {
    return reader.readValue().buffer === buffer ? "the same buffer" : "another value";
  } catch (error) {
    return error.message;
  }
}

console.log(`ArrayBuffer: ${back(new ArrayBuffer(8))}`);
console.log(`SharedArrayBuffer: ${back(new SharedArrayBuffer(8))}`);
JS
"$node" --version | grep -qx v24.21.0
"$node" pair.mjs | tee output.txt
diff output.txt - <<'EOF'
ArrayBuffer: the same buffer
SharedArrayBuffer: Unable to deserialize cloned data.
EOF
