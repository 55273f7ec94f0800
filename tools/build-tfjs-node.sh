#!/bin/sh
# Makes @tensorflow/tfjs-node load where its own download of TensorFlow is refused: builds the package's
# bindings against the C library inside PyPI's tensorflow-cpu wheel (x64, about 1 GB of disk, 5 minutes).
# Usage: tools/build-tfjs-node.sh DIR; then NODE_PATH=DIR/node_modules slotwise ...
# Needs Python 3.11 with pip, a C++ compiler and the headers of the Node in use; where those cannot be
# downloaded, say where they are: NODE_HEADERS=/usr.
set -eu
mkdir -p "$1"
cd "$1"
root=$PWD
[ -e package.json ] || echo '{ "private": true }' > package.json
npm install --ignore-scripts --no-audit --no-fund @tensorflow/tfjs-node@4.22.0
python3 -m pip download --no-deps --dest wheel tensorflow-cpu==2.15.1
python3 -m zipfile -e wheel/tensorflow_cpu-*.whl wheel
package=$PWD/node_modules/@tensorflow/tfjs-node
mkdir -p "$package/deps/lib"
ln -sfn "$PWD/wheel/tensorflow/include" "$package/deps/include"
for library in cc framework; do
  ln -sf "$PWD/wheel/tensorflow/libtensorflow_$library.so.2" "$package/deps/lib/"
done
ln -sf libtensorflow_cc.so.2 "$package/deps/lib/libtensorflow.so"
ln -sf libtensorflow_framework.so.2 "$package/deps/lib/libtensorflow_framework.so"
cd "$package"
"$root/node_modules/.bin/node-pre-gyp" rebuild --build-from-source ${NODE_HEADERS:+--nodedir="$NODE_HEADERS"}
node -e 'console.log("backend:", require("@tensorflow/tfjs-node").getBackend())'
