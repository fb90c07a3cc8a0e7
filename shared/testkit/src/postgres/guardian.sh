# SPDX-License-Identifier: EUPL-1.2
# Runs a private PostgreSQL until its standard input ends, then removes every trace of it.
# Arguments: the folder (which it owns), the folder of the server's binaries, lines for postgresql.conf.
set -eu
folder=$1 binaries=$2 settings=$3

tidy_up() {
    if [ -f "$folder/data/postmaster.pid" ]; then
        "$binaries/pg_ctl" stop --pgdata="$folder/data" --mode=immediate --silent
    fi
    cd /
    rm -rf -- "$folder"
}
trap tidy_up EXIT

if ! {
    "$binaries/initdb" --pgdata="$folder/data" --username=postgres --auth=trust \
        --encoding=UTF8 --locale=C --no-sync --no-instructions &&
        printf '%s\n' "$settings" >>"$folder/data/postgresql.conf" &&
        "$binaries/pg_ctl" start --pgdata="$folder/data" --log="$folder/server.log" --wait --timeout=60
} >"$folder/start.log" 2>&1 </dev/null; then
    cat "$folder/start.log" >&2
    [ ! -f "$folder/server.log" ] || cat "$folder/server.log" >&2
    exit 1
fi

echo ready
# Nothing is ever written to this pipe: it ends when the test process lets go of it, in whatever way.
read -r _ || :
