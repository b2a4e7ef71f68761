#!/usr/bin/env bash
# Runs every documented command: the lines that begin with "$ " in blocks marked ```console run. Each must end with 0, or with the code that
# a comment behind it names ("# exit 3"). Everything happens in a copy, so that no example leaves anything behind.
#
# Usage: documented.sh FOLDER_OF_THE_BINARY FILE.md...
set -euo pipefail

bin=$(cd "$1" && pwd)
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[ -d captures ] && cp -r captures "$scratch/"

count=0
failed=0
for file in "$@"; do
    [ -e "$file" ] || continue
    while IFS= read -r line; do
        want=$(printf '%s' "$line" | sed -n 's/.*# exit \([0-9]*\)$/\1/p')
        code=0
        said=$(cd "$scratch" && PATH="$bin:$PATH" timeout 60 bash -o pipefail -c "$line" 2>&1 </dev/null) || code=$?
        count=$((count + 1))
        if [ "$code" -ne "${want:-0}" ]; then
            failed=$((failed + 1))
            printf '%s: %s\n  ended with %s instead of %s\n%s\n' "$file" "$line" "$code" "${want:-0}" "$said"
        fi
    done < <(awk '/^```console run/ {inside = 1; next} /^```/ {inside = 0} inside && /^\$ / {print substr($0, 3)}' "$file")
done
echo "documented commands: $count run, $failed failed"
[ "$failed" -eq 0 ]
