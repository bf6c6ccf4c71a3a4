#!/bin/bash
# Proves the two commands on a bare Debian 12: a fresh chroot with python3 and git only, a clone of this checkout,
# ./run and ./test --quick as root and as an ordinary user. Run as root on Debian: deploy/prove-bare.sh [--keep]
# Package sources, proxies and certificates are taken from this machine's own configuration.
set -euo pipefail

house=$(cd "$(dirname "$0")/.." && pwd)
keep=${1:-}
[ "$(id -u)" = 0 ] || { echo "prove-bare: run as root (debootstrap and chroot need it)" >&2; exit 2; }

if [ "${JUMUISHI_BARE:-}" = "" ]; then
    if ! command -v debootstrap >/dev/null; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
    fi
    # Namespaces of our own: mounts and processes end with this script, whatever happens in it.
    exec env JUMUISHI_BARE=1 unshare --mount --pid --fork --kill-child -- "$0" "$@"
fi

work=${JUMUISHI_BARE_DIR:-$(mktemp -d /var/tmp/jumuishi-bare.XXXXXX)}
mkdir -p "$work"
bare=$work/root
user=mtu
proved=()
say() { printf '== %s\n' "$*"; }
finish() {
    code=$?
    for place in dev/shm dev proc sys; do umount -l "$bare/$place" 2>/dev/null || true; done
    if [ "$keep" = --keep ] || mountpoint -q "$bare/proc" || mountpoint -q "$bare/dev"; then
        echo "kept: $work"
    else
        rm -rf --one-file-system "$work"
    fi
    exit "$code"
}
trap finish EXIT
mount --make-rprivate /
mount -t proc proc /proc

# The first Debian archive in this machine's apt sources, whichever of the two forms they have.
mirror=$( (cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true) |
    sed -nE 's/^URIs:[[:space:]]*([^ ]+).*/\1/p; s/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^ ]+).*/\2/p' |
    grep -E '/debian/?$' | head -n 1 || true)
[ -n "$mirror" ] || { echo "prove-bare: no Debian archive in /etc/apt" >&2; exit 2; }

if [ ! -e "$bare/etc/debian_version" ]; then
    say "debootstrap bookworm"
    debootstrap --variant=minbase --include=ca-certificates bookworm "$bare" "$mirror" >"$work/debootstrap.log"
fi
mkdir -p "$bare/dev" "$bare/proc"
mount -t proc proc "$bare/proc"
mount --rbind /dev "$bare/dev"
mount --make-rslave "$bare/dev"
cp -L /etc/resolv.conf /etc/hosts "$bare/etc/"
cp -a /etc/apt/apt.conf.d/. "$bare/etc/apt/apt.conf.d/"
[ ! -e /etc/pip.conf ] || cp -L /etc/pip.conf "$bare/etc/"
# Only the bundle: the single certificates are links by absolute path, which would lead back out of the chroot.
bundle=etc/ssl/certs/ca-certificates.crt
[ ! -e "/$bundle" ] || { rm -f "$bare/$bundle" && cp -L "/$bundle" "$bare/$bundle"; }
inherited=()
while IFS= read -r pair; do inherited+=("$pair"); done < <(
    env | grep -E '^(PIP_|UV_|SSL_CERT_|REQUESTS_CA|CURL_CA|[Hh][Tt][Tt][Pp][Ss]?_[Pp]|[Nn][Oo]_[Pp]|[Aa][Ll][Ll]_[Pp])' || true
)

inside() { (become "$@"); }
become() { # become ACCOUNT FOLDER COMMAND... in place of this shell, so that a signal reaches the command
    local account=$1 folder=$2 home
    shift 2
    home=/root
    [ "$account" = root ] || home=/home/$account
    exec chroot "$bare" setpriv --reuid "$account" --regid "$account" --init-groups env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$home" LANG=C.UTF-8 \
        "${inherited[@]}" sh -c 'cd "$0" && exec "$@"' "$folder" "$@"
}
living() { # processes whose root folder is the chroot, but for the tools of this script
    for entry in /proc/[0-9]*; do
        [ "$(readlink "$entry/root" 2>/dev/null)" = "$bare" ] && tr '\0' ' ' <"$entry/cmdline" && echo
    done 2>/dev/null | grep . || true
}
seconds() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(seconds)" 'BEGIN { printf "%.1f", b - a }'; }

say "python3 and git, nothing else"
inside root / apt-get update -qq
inside root / env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 git >"$work/apt.log" 2>&1
inside root / python3 --version
if inside root / python3 -c 'import ensurepip' 2>/dev/null; then echo "with ensurepip"; else echo "without venv and pip"; fi
chroot "$bare" useradd -m "$user" 2>/dev/null || true

start() { # start ACCOUNT FOLDER LIMIT WHAT
    local account=$1 folder=$2 limit=$3 what=$4 from out=$work/run.log address stop pid
    : >"$out"
    from=$(seconds)
    become "$account" "$folder" ./run --port 0 >"$out" 2>&1 &
    pid=$!
    until grep -q '^Jumuishi ready at ' "$out"; do
        kill -0 "$pid" 2>/dev/null || { cat "$out"; echo "FAILED: $what: ./run ended"; exit 1; }
        awk -v t="$(since "$from")" -v l="$limit" 'BEGIN { exit !(t > l) }' && { cat "$out"; echo "FAILED: $what: not ready in $limit s"; exit 1; }
        sleep 0.1
    done
    proved+=("$what: ready after $(since "$from") s")
    address=$(sed -nE 's/^Jumuishi ready at (.*)$/\1/p' "$out")
    inside "$account" / python3 -c 'import sys, urllib.request as u; assert u.urlopen(sys.argv[1], timeout=20).status == 200' "${address}healthz"
    proved+=("$what: ${address}healthz answers 200")
    inside "$account" / python3 -c 'import sys, urllib.request as u; assert u.urlopen(sys.argv[1], timeout=20).status == 200' "$address"
    proved+=("$what: the home page answers 200")
    if inside "$account" "$folder" ./run --port 0 >"$work/second.log" 2>&1; then
        echo "FAILED: $what: a second ./run started on the same data"; exit 1
    fi
    grep -q 'already running' "$work/second.log" || { cat "$work/second.log"; echo "FAILED: $what: second ./run unclear"; exit 1; }
    proved+=("$what: a second ./run says that one is running")
    stop=$(seconds)
    kill -TERM "$pid"
    wait "$pid" || { cat "$out"; echo "FAILED: $what: exit code of a stop"; exit 1; }
    awk -v t="$(since "$stop")" 'BEGIN { exit !(t > 10) }' && { echo "FAILED: $what: stopping took $(since "$stop") s"; exit 1; }
    proved+=("$what: SIGTERM ended it in $(since "$stop") s")
    [ -z "$(living)" ] || { living; echo "FAILED: $what: processes are left"; exit 1; }
    proved+=("$what: no process is left")
}

for account in root "$user"; do
    folder=/srv/jumuishi
    [ "$account" = root ] || folder=/home/$account/jumuishi
    rm -rf "$bare${folder:?}"
    say "$account: clone into $folder"
    git -c safe.directory='*' -c advice.detachedHead=false clone -q --no-hardlinks "$house" "$bare$folder"
    chroot "$bare" chown -R "$account:" "$folder"
    start "$account" "$folder" 600 "$account, first ./run with all downloads"
    start "$account" "$folder" 60 "$account, second start"
    say "$account: ./test --quick"
    inside "$account" "$folder" ./test --quick >"$work/test.log" 2>&1 || { tail -n 60 "$work/test.log"; echo "FAILED: $account: ./test --quick"; exit 1; }
    proved+=("$account, ./test --quick: $(tail -n 1 "$work/test.log")")
done

say "proved on $(cat "$bare/etc/debian_version"), commit $(git -c safe.directory='*' -C "$house" rev-parse --short HEAD)"
printf '%s\n' "${proved[@]}"
