#!/bin/bash
# Tries the runbook: its own commands, taken from RUNBOOK.md by their marks, in order, as root and as the account
# jumuishi, on loopback, in namespaces whose changes to /etc, /var, /opt and /root nobody else sees and nothing keeps.
# The upgrade goes from COMMIT-BEFORE to HEAD, back, and forward again, by git from a repository beside it.
# Not tried: apt-get, the download of packages, nginx. systemctl is played by as-systemd.py, which reads our own units.
# Run as root from a checkout that has its .venv: deploy/prove-runbook.sh [CASES] [COMMIT-BEFORE] (300, 30 commits back)
set -euo pipefail

house=$(cd "$(dirname "$0")/.." && pwd)
cases=${1:-300}
now=$(git -C "$house" rev-parse HEAD) before=$(git -C "$house" rev-parse "${2:-HEAD~30}")
[ "$(id -u)" = 0 ] || { echo "prove-runbook: run as root" >&2; exit 2; }
if [ "${JUMUISHI_PROVES:-}" = "" ]; then
    exec env -u DATABASE_URL JUMUISHI_PROVES=1 PYTHONDONTWRITEBYTECODE=1 \
        unshare --mount --pid --net --fork --kill-child -- "$0" "$@"
fi
mount --make-rprivate /
mount -t proc proc /proc
ip link set lo up
work=$(mktemp -d /var/tmp/jumuishi-runbook.XXXXXX)
trap 'code=$?; cd /; umount -l "$work" 2>/dev/null; rmdir "$work" 2>/dev/null; exit $code' EXIT
mount -t tmpfs -o size=6g tmpfs "$work"
for folder in etc opt root run var/lib var/log; do
    mkdir -p "$work/$folder/up" "$work/$folder/work"
    mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$work/$folder/up,workdir=$work/$folder/work" "/$folder"
done
mkdir -p "$work/backups" "$work/bin" && mount --bind "$work/backups" /var/backups
chmod 755 /root "$work" && mkdir -p /opt/jumuishi /etc/systemd/system
git init -q --bare -b main "$work/origin" && git -C "$house" push -q "$work/origin" "$now:refs/heads/main"
git clone -q "$work/origin" /opt/jumuishi
# The packages are the checkout's; the code that they find is the clone's.
mkdir -p "$work/venv/up" "$work/venv/work" /opt/jumuishi/.venv
mount -t overlay overlay -o "lowerdir=$house/.venv,upperdir=$work/venv/up,workdir=$work/venv/work" "$house/.venv"
echo /opt/jumuishi/src >"$(ls "$house"/.venv/lib/python3*/site-packages/_editable_impl_jumuishi.pth)"
mount --bind "$house/.venv" /opt/jumuishi/.venv
ready() { # bootstrap.py finds that everything is there already, for the release at a commit
    git -C "$house" show "$1:uv.lock" >"$work/lock" && git -C "$house" show "$1:pyproject.toml" >"$work/project"
    { printf /opt/jumuishi; cat "$work/lock" "$work/project"; } | sha256sum | cut -d' ' -f1 >/opt/jumuishi/.venv/.jumuishi-installed
}
install -m 755 "$house/deploy/as-systemd.py" "$work/bin/systemctl"
for absent in nano apt-get nginx; do printf '#!/bin/sh\nexit 0\n' >"$work/bin/$absent" && chmod +x "$work/bin/$absent"; done
printf '#!/bin/sh\ncat /run/units/*.log | tail -n 5\n' >"$work/bin/journalctl" && chmod +x "$work/bin/journalctl"
export PATH=$work/bin:$PATH

proved=()
moment() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(moment)" 'BEGIN { printf "%.1f", b - a }'; }
block() { # the commands under a mark of the runbook, without what this script leaves out
    awk -v mark="<!-- step: $1 -->" '$0 == mark { on = 1; next } on && /^```/ { n++; if (n == 2) exit; next } on' \
        "$house/deploy/RUNBOOK.md" | grep -vE '^(git clone|cp .*nginx\.conf|ln -s .*nginx)' || true
}
step() { # step MARK [EXIT CODE]: runs it and shows what is typed and said
    local began code=0
    echo "== $1"; block "$1" | sed 's/^/$ /'
    [ -n "$(block "$1")" ] || { echo "FAILED: no step $1 in the runbook"; exit 1; }
    began=$(moment)
    block "$1" >"$work/step" && (bash -euo pipefail "$work/step") >"$work/said" 2>&1 || code=$?
    tail -n "${LINES_SHOWN:-6}" "$work/said"
    [ "$code" = "${2:-0}" ] || { cat "$work/said" | tail -n 40; echo "FAILED: $1 ended with $code"; exit 1; }
    proved+=("$1: $(since "$began") s")
}
as() { /opt/jumuishi/deploy/as-jumuishi "$@"; }
submit() { # so many applications by the web, each acknowledged
    as env PYTHONPATH=/opt/jumuishi jumuishi manage shell -v 0 -c "
import http.client, urllib.parse
from bench._scene import drafts
done, body = 0, urllib.parse.urlencode({'csrfmiddlewaretoken': 'a' * 32})
for draft in drafts($1):
    door = http.client.HTTPConnection('127.0.0.1', 8000)
    cookie = f'sessionid={draft[\"session\"]}; csrftoken=' + 'a' * 32
    head = {'Content-Type': 'application/x-www-form-urlencoded', 'Cookie': cookie}
    door.request('POST', f'/omba/rasimu/{draft[\"draft\"]}/hakiki/', body, head)
    done += door.getresponse().status == 302
print(done, 'applications submitted')" | tee "$work/said"
    says "^$1 applications submitted"
}
says() { grep -q "$1" "$work/said" || { echo "FAILED: nothing says: $1"; exit 1; }; }

echo "== before: a demonstration, so that there is something to lose"
mkdir -p /var/lib/jumuishi && echo country >/var/lib/jumuishi/kind && echo proof >/var/lib/jumuishi/demonstration-loaded
ready "$now"
step install
sed -i 's#https://jumuishi.example#http://127.0.0.1:8000#' /etc/jumuishi/environment
systemctl restart jumuishi-web
as jumuishi manage shell -v 0 -c 'from jumuishi.project import demo_data
demo_data.load(("Arusha",), only=("introduction-letter",))'
submit "$cases"
settle() { # the log and its copy outside have everything
    for _ in $(seq 100); do
        curl -fs http://127.0.0.1:8000/metrics | grep -q '^jumuishi_log_unsequenced 0' && sleep 3 && return
        sleep 1
    done
    echo "FAILED: the log stands still"; exit 1
}
settle
step exchange; says 'clientList'; says '"address":"https://127.0.0.1:8002"'
step well; says '^clean'
systemctl stop jumuishi-exchange                                        # systemd ends it with jumuishi-prepare
step backup
du -sh /var/backups/jumuishi/today | sed 's/^/size: /'
submit 20                     # what comes after the backup, and will be lost
settle
step aside
rm -rf /var/lib/jumuishi.*                                              # the dead disk
step restore
settle
LINES_SHOWN=3 step audit 1; says '^lost: leaf'
grep -c '^lost' "$work/said" | sed 's/^/named as lost: /'
grep -v '^lost' "$work/said" | sed 's/^/else: /'
[ -d /var/log/jumuishi/epoch-2 ] || { ls /var/log/jumuishi; echo "FAILED: no new epoch"; exit 1; }
proved+=("a new epoch is open, outside the data too")
step room

echo "== a server of yours: a PostgreSQL on loopback, its two roles as the runbook makes them"
systemctl stop jumuishi-web jumuishi-live jumuishi-worker jumuishi-prepare jumuishi-db
programs=$(as python -c 'from jumuishi.kernel.postgres import programs; print(programs())')
install -d -o jumuishi "$work/server" && mount --bind "$work/server" /opt/server 2>/dev/null || { mkdir -p /opt/server && mount --bind "$work/server" /opt/server; }
chown jumuishi /opt/server && chmod 700 /opt/server
as "$programs/initdb" -D /opt/server -U admin --auth=trust -E UTF8 >/dev/null
as "$programs/pg_ctl" -D /opt/server -w -l /opt/server/log -o '-p 5499 -c listen_addresses=127.0.0.1 -c unix_socket_directories=' start >/dev/null
block roles | sed "s/'\.\.\.'/'word'/" | as python -c 'import sys, psycopg
with psycopg.connect("postgresql://admin@127.0.0.1:5499/postgres", autocommit=True) as c:
    for statement in filter(str.strip, sys.stdin.read().split(";")): c.execute(statement)'
cat >>/etc/jumuishi/environment <<'END'
DATABASE_URL=postgresql://jumuishi_app:word@127.0.0.1:5499/jumuishi
DATABASE_OWNER_URL=postgresql://jumuishi_owner:word@127.0.0.1:5499/jumuishi
BACKUP_URL=postgresql://admin@127.0.0.1:5499/jumuishi
END
rm -rf /var/lib/jumuishi && install -d -o jumuishi -g jumuishi -m 700 /var/lib/jumuishi
step server
as python -c 'import os, psycopg
print("cases on the server:", psycopg.connect(os.environ["BACKUP_URL"]).execute("SELECT count(*) FROM cases_case").fetchone()[0])' | tee "$work/said"
says "cases on the server: $cases"
systemctl stop jumuishi-web jumuishi-live jumuishi-worker
as "$programs/pg_ctl" -D /opt/server -m fast stop >/dev/null

echo "== an upgrade: from $(git -C "$house" log -1 --format='%h %s' "$before" | cut -c1-90)"
sed -i '/^DATABASE_URL=/d; /^DATABASE_OWNER_URL=/d; /^BACKUP_URL=/d' /etc/jumuishi/environment
rm -rf /var/lib/jumuishi /var/log/jumuishi/* /var/backups/jumuishi/*
install -d -o jumuishi -g jumuishi -m 700 /var/lib/jumuishi
echo country >/var/lib/jumuishi/kind && echo proof >/var/lib/jumuishi/demonstration-loaded
git -C /opt/jumuishi reset -q --hard "$before"
systemctl start jumuishi-db jumuishi-prepare jumuishi-web jumuishi-live jumuishi-worker
as jumuishi manage shell -v 0 -c 'from jumuishi.project import demo_data
demo_data.load(("Arusha",), only=("introduction-letter",))'
submit "$cases"
step fetch; says '^Backup written'
everything() { # everything is there: [CASES], the log is whole, and no work is left undone
    settle
    as python -c 'import psycopg; from jumuishi.project.installation import locate
with psycopg.connect(locate().cluster.dsn("superuser")) as c:
    print("cases:", c.execute("SELECT count(*) FROM cases_case").fetchone()[0])
    print("failed jobs:", c.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = $$failed$$").fetchone()[0])' >"$work/said"
    says "^cases: $1\$"; says '^failed jobs: 0'
    as jumuishi evidence audit | tail -n 1 >"$work/said"; says '^clean'
    echo "$1 cases are there, no work failed, the log is $(cut -d: -f1 "$work/said")"
}
release() { [ "$(git -C /opt/jumuishi rev-parse HEAD)" = "$1" ] || { echo "FAILED: not the release $1"; exit 1; }; }
ready "$now"; step upgrade; release "$now"
submit 20; everything $((cases + 20))
ready "$before"; step back; release "$before"
submit 20; everything $((cases + 40))
ready "$now"; step upgrade; release "$now"
submit 20; everything $((cases + 60))
systemctl stop jumuishi-web jumuishi-live jumuishi-worker jumuishi-prepare jumuishi-db

echo "== tried, with $cases cases"
printf '%s\n' "${proved[@]}"
