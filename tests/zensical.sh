#!/usr/bin/env bash
# Does MkDocs' successor build the same pages from the same files? In a copy, so that ./site stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
zensical=$PWD/.venv-zensical/bin/zensical
copy=.cache/zensical
rm -rf "$copy" && mkdir -p "$copy" && cp -R docs mkdocs.yml mkdocs.en.yml "$copy" && cd "$copy"

failed=0
say() { echo "$1"; failed=1; }

"$zensical" --version
for language in vi en; do
  config=mkdocs.yml
  [ "$language" = vi ] || config=mkdocs.$language.yml
  echo "== $config"
  "$zensical" build --strict --clean -f "$config" || say "$config: refused"
  [ -d "site/$language" ] || { say "$language: nothing was built"; continue; }
  diff <(cd "docs/$language" && find . -name '*.md' | sed 's/md$/html/' | sort) \
    <(cd "site/$language" && find . -name '*.html' ! -name 404.html | sort) || say "$language: other pages"
  without=$(cd "site/$language" && grep -rL --include='*.html' 'id="ws-page"' . | grep -v 404.html || true)
  [ -z "$without" ] || say "$language: without the learner's tools: $without"
done
[ "$failed" = 1 ] || echo "The same pages in both languages, with the learner's tools."
exit "$failed"
