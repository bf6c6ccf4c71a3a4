#!/bin/sh
# From finding a service to a verified document, with curl and nothing that runs scripts.
#
#   ./run                                                (in another terminal: the demonstration)
#   docs/how-to/apply-with-curl.sh http://127.0.0.1:8000
#
# Asha applies by the API as a guest. Four officers sign in to the workspace with password and second factor and
# decide on its plain HTML pages. The bill is paid through the simulated gateway. The licence is fetched by the API
# and judged offline by `jumuishi verify` ($JUMUISHI names the command; the checkout's own by default).
set -eu

BASE=${1:?"usage: $0 http://127.0.0.1:8000"}
BASE=${BASE%/}
API=$BASE/api/v1
JUMUISHI=${JUMUISHI:-$(dirname "$0")/../../.venv/bin/jumuishi}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
TOKEN=

# -- tools ----------------------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*"; }

stop() {
    say "$*" >&2
    exit 1
}

# text KEY: the first text or number of that key in the JSON on standard input.
text() { grep -o "\"$1\": *\(\"[^\"]*\"\|[0-9][0-9]*\)" | head -n 1 | sed 's/^"[^"]*": *//; s/^"//; s/"$//'; }

# api METHOD PATH [JSON]: one request to the API; a refusal ends the script with its problem.
api() {
    method=$1 path=$2
    shift 2
    [ $# -eq 0 ] || set -- -H 'Content-Type: application/json' --data "$1"
    [ -z "$TOKEN" ] || set -- "$@" -H "Authorization: Bearer $TOKEN"
    curl -sS --noproxy '*' -X "$method" -H 'Accept-Language: en' --fail-with-body "$@" "$API$path" >"$WORK/answer" ||
        stop "$method $path: $(cat "$WORK/answer")"
    cat "$WORK/answer"
}

attach() {
    curl -sS --noproxy '*' --fail-with-body -H "Authorization: Bearer $TOKEN" -F "file=@$2" "$API/drafts/$DRAFT/files/$1" \
        >"$WORK/answer" || stop "file $1: $(cat "$WORK/answer")"
}

# page WHO PATH [NAME=VALUE...]: one page of the workspace in that officer's cookie jar; with fields it is a form.
page() {
    who=$1 path=$2
    shift 2
    if [ $# -gt 0 ]; then
        for field in "$@"; do
            set -- "$@" --data-urlencode "$field"
            shift
        done
        set -- "$@" --data-urlencode "csrfmiddlewaretoken=$(hidden csrfmiddlewaretoken)" -e "$BASE$path"
    fi
    curl -sSL --noproxy '*' -b "$WORK/$who" -c "$WORK/$who" "$@" "$BASE$path" >"$WORK/page"
}

# hidden NAME: the value of a hidden field on the page that was read last.
hidden() { tr '\n' ' ' <"$WORK/page" | grep -o "name=\"$1\" value=\"[^\"]*\"" | head -n 1 | sed 's/.*value="//; s/"$//'; }

# sign_in EMAIL: password and the six digits of this half minute, both from the demonstration's own list.
sign_in() {
    curl -sS --noproxy '*' "$BASE/demo/" | tr '\n' ' ' | sed 's/<tr>/\
/g' | grep -F "$1" >"$WORK/row" || stop "$1 is not on $BASE/demo/"
    password=$(grep -o 'class="hash">[^<]*' "$WORK/row" | sed 's/.*>//')
    digits=$(grep -o 'class="num">[^<]*' "$WORK/row" | sed 's/.*>//')
    page "$1" /ofisi/ingia/
    page "$1" /ofisi/ingia/ "name=$1" "password=$password"
    page "$1" /ofisi/ingia/hatua-ya-pili/ "factor=$digits"
}

# decide EMAIL ACT: open the case as that officer and press one button.
decide() {
    sign_in "$1"
    page "$1" "/ofisi/ombi/$CASE/"
    task=$(hidden task) version=$(hidden version)
    [ -n "$task" ] || stop "$1 has nothing to do on this case"
    page "$1" "/ofisi/ombi/$CASE/tenda/" "task=$task" "version=$version" "act=$2" "text="
    say "   $1: $2"
}

# until_there KEY: ask for the case until it has that key with a value, for a minute.
until_there() {
    tries=0
    while [ -z "$(api GET "/cases/$CASE" | text "$1")" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] || stop "no $1 after a minute: $(cat "$WORK/answer")"
        sleep 1
    done
}

# -- the person -----------------------------------------------------------------------------------------------------

say "1. Find the service"
OFFERING=$(api GET '/services?q=business+licence&institution=mfano' | text id)
[ -n "$OFFERING" ] || stop "no business licence at $BASE"
api GET /services/mfano/business-licence >"$WORK/service"
say "   promised within $(text promise <"$WORK/service")"

say "2. Begin as a guest"
api POST /drafts "{\"offering\": \"$OFFERING\"}" >"$WORK/begun"
DRAFT=$(text id <"$WORK/begun")
TOKEN=$(text token <"$WORK/begun")
say "   resume code $(text resume_code <"$WORK/begun")"

say "3. Answer page by page, with files"
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n' >"$WORK/hati.pdf"
for field in tax_clearance registration lease; do attach "$field" "$WORK/hati.pdf"; done
WARD=$(api GET '/places?q=sekei&level=ward' | text code)
for answers in \
    'applicant {"nin": "19000101000000000001", "full_name": "Asha Juma", "tin": "100100100"}' \
    'business {"business_name": "Mgahawa wa Asha", "sector": "food", "food_handlers": 3, "years": 1}' \
    "premises {\"place\": \"$WARD\"}"; do
    api PUT "/drafts/$DRAFT/pages/${answers%% *}" "{\"answers\": ${answers#* }}" >/dev/null
done

say "4. Submit, twice: one case"
CASE=$(api POST "/drafts/$DRAFT/submit" '{"phone": "0700 000 001"}' | text case)
again=$(api POST "/drafts/$DRAFT/submit" '{"phone": "0700 000 001"}' | text case)
[ "$CASE" = "$again" ] || stop "two cases of one draft: $CASE and $again"
REFERENCE=$(text reference <"$WORK/answer")
say "   reference $REFERENCE, commitment $(text commitment <"$WORK/answer")"
api POST /track "{\"reference\": \"$REFERENCE\"}" >"$WORK/tracked"
say "   $(text headline <"$WORK/tracked")"

# -- the officers ---------------------------------------------------------------------------------------------------

say "5. Officers decide on their pages"
decide juma@mfano.example forward
decide salma@mfano.example pass
decide petro@mfano.example pass
decide neema@mfano.example approve

# -- money, document, proof -----------------------------------------------------------------------------------------

say "6. Pay the control number"
until_there control_number
NUMBER=$(text control_number <"$WORK/answer")
curl -sS --noproxy '*' --fail-with-body -d "control_number=$NUMBER" "$BASE/demo/pay" >"$WORK/paid" ||
    stop "not paid: $(cat "$WORK/paid")"
say "   $NUMBER, $(text amount <"$WORK/answer") shillings"

say "7. Fetch the licence"
until_there url
URL=$(text url <"$WORK/answer")
curl -sS --noproxy '*' --fail -H "Authorization: Bearer $TOKEN" -o "$WORK/licence.pdf" "$BASE$URL"
say "   $(wc -c <"$WORK/licence.pdf" | tr -d ' ') bytes"

say "8. Verify it: by the server, then with no server at all"
curl -sS --noproxy '*' --fail-with-body -F "file=@$WORK/licence.pdf" "$API/verify/file" >"$WORK/verdict" ||
    stop "$(cat "$WORK/verdict")"
say "   the server says $(text result <"$WORK/verdict")"
curl -sS --noproxy '*' --fail -o "$WORK/keys.json" "$BASE/keys.json"
curl -sS --noproxy '*' --fail -o "$WORK/revoked.json" "$BASE/revoked.json"
"$JUMUISHI" verify "$WORK/licence.pdf" --keys "$WORK/keys.json" --revoked "$WORK/revoked.json" ||
    stop "not genuine"
sed 's/Asha Juma/Baraka Juma/; s/\/Contents/\/Kontents/' "$WORK/licence.pdf" >"$WORK/altered.pdf"
if "$JUMUISHI" verify "$WORK/altered.pdf" --keys "$WORK/keys.json" --revoked "$WORK/revoked.json" >"$WORK/verdict"; then
    stop "an altered copy was believed"
fi
say "   an altered copy is refused: $(head -n 1 "$WORK/verdict")"
say "Done: $REFERENCE, from search to verified licence."
