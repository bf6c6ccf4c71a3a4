#!/bin/bash
# Two releases side by side on one database: the one before goes on serving while the tables are brought up to this one,
# then both serve, then the one before alone again (a roll-back). Prints the longest wait that anybody had.
# From a checkout with history and its .venv: deploy/prove-upgrade.sh [COMMIT-BEFORE]   (default: 30 commits back)
set -euo pipefail
house=$(cd "$(dirname "$0")/.." && pwd)
before=$(git -C "$house" rev-parse "${1:-HEAD~30}")
work=$(mktemp -d /var/tmp/jumuishi-upgrade.XXXXXX)
trap 'for one in old new; do git -C "$house" worktree remove --force "$work/$one" 2>/dev/null || true; done; rm -rf "$work"' EXIT
git -C "$house" worktree add -q --detach "$work/old" "$before"
git -C "$house" worktree add -q --detach "$work/new" HEAD
chmod 755 "$work"
echo "== before: $(git -C "$house" log -1 --format='%h %s' "$before" | cut -c1-90)"
echo "== now:    $(git -C "$house" log -1 --format='%h %s' | cut -c1-90)"
cd "$work"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$work/old/src:$work/new JUMUISHI_OLD=$work/old/src JUMUISHI_NEW=$work/new/src \
    "$house/.venv/bin/python" -u -m bench._upgrade
