# SPDX-License-Identifier: EUPL-1.2
# Runs a private PostgreSQL until its standard input ends.
# Arguments: the folder (which it owns), `remove` or `keep` for when it ends, the folder of the server's binaries,
# lines for postgresql.conf.
# A line on standard input is an order, `stop`, `kill` or `start`; each is answered `done` or `failed`.
set -eu
folder=$1 afterwards=$2 binaries=$3 settings=$4

# The guardian of an owner that was killed may still be tidying up.
if [ "$afterwards" = keep ]; then
    exec 9>"$folder/lock"
    flock --wait 60 9 || {
        echo "somebody else is at work in $folder" >&2
        exit 1
    }
fi

tidy_up() {
    if [ -f "$folder/data/postmaster.pid" ]; then
        # Data that stay are left in order.
        mode=immediate
        [ "$afterwards" = remove ] || mode=fast
        "$binaries/pg_ctl" stop --pgdata="$folder/data" --mode="$mode" --silent
    fi
    if [ "$afterwards" = remove ]; then
        cd /
        rm -rf -- "$folder"
    fi
}
trap tidy_up EXIT
# A signal ends the script by way of EXIT; SIGPIPE is the owner's death while it waited for an answer.
trap 'exit 1' HUP INT TERM PIPE

if ! {
    {
        # Written last: without it there are no data, or half of them.
        [ -f "$folder/campanella.conf" ] || {
            rm -rf -- "$folder/data" &&
                "$binaries/initdb" --pgdata="$folder/data" --username=postgres --auth=trust \
                    --encoding=UTF8 --locale=C --no-sync --no-instructions &&
                echo "include '../campanella.conf'" >>"$folder/data/postgresql.conf"
        }
    } &&
        printf '%s\n' "$settings" >"$folder/campanella.conf" &&
        "$binaries/pg_ctl" start --pgdata="$folder/data" --log="$folder/server.log" --wait --timeout=60
} >"$folder/start.log" 2>&1 </dev/null; then
    cat "$folder/start.log" >&2
    [ ! -f "$folder/server.log" ] || cat "$folder/server.log" >&2
    exit 1
fi

echo ready
# It ends when the test process lets go of the pipe, in whatever way.
while read -r order _; do
    case $order in
    stop) "$binaries/pg_ctl" stop --pgdata="$folder/data" --mode=fast --silent ;;
    # As a power cut: nobody is asked, the log is replayed at the next start.
    kill) "$binaries/pg_ctl" stop --pgdata="$folder/data" --mode=immediate --silent ;;
    start) "$binaries/pg_ctl" start --pgdata="$folder/data" --log="$folder/server.log" --wait --timeout=60 ;;
    *) false ;;
    esac >>"$folder/start.log" 2>&1 </dev/null && echo 'done' || echo failed
done
