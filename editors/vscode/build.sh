#!/usr/bin/env bash
# Builds flames-VERSION.vsix from nothing: needs node 20 or newer.
set -euo pipefail
cd "$(dirname "$0")"
root=../..

version=$(node -p 'require("./package.json").version')
server_version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' $root/indexer/flames_indexer/__init__.py)
if [ "$version" != "$server_version" ]; then
    echo "package.json says version $version, the server $server_version" >&2
    exit 1
fi
needed=$(node -p 'const p = require("./package.json"); JSON.stringify([p.dependencies, p.devDependencies])')
stamp=node_modules/.installed
if [ "$needed" != "$(cat "$stamp" 2>/dev/null)" ]; then
    npm install
    echo "$needed" > "$stamp"
fi
cp $root/LICENSE LICENSE
npm run -s check
npm run -s bundle
rm -f flames-*.vsix
npm run -s package -- -o "flames-$version.vsix"
