#!/usr/bin/env bash
# Are the manifests of deploy/kubernetes valid by Kubernetes' JSON schemas, what has to be there included? Needs Node.js and npm's registry.
#   bash campaigns/deploy-schemas.sh
# Exit code 1: one is not, or a Deployment without its selector passes too.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" kubernetes-models@4.5.1 js-yaml@4 >&2
cat > "$work/check.cjs" <<'FILE'
const fs = require('fs'), yaml = require('js-yaml');
const fault = object => {
  try { new (require(`kubernetes-models/${object.apiVersion}`)[object.kind])(object).validate(); return null; } catch (e) { return e.message; }
};
const objects = fs.readdirSync('deploy/kubernetes').filter(name => name !== 'kustomization.yaml').flatMap(name => yaml.loadAll(fs.readFileSync(`deploy/kubernetes/${name}`, 'utf8')));
for (const object of objects) console.log(fault(object) ?? 'ok', object.kind, object.metadata.name);
const broken = structuredClone(objects.find(object => object.kind === 'Deployment'));
delete broken.spec.selector;
console.log('without its selector:', fault(broken));
process.exit(objects.some(fault) || !fault(broken) ? 1 : 0);
FILE
NODE_PATH="$work/node_modules" node "$work/check.cjs"
