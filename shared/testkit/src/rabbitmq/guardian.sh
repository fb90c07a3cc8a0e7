# SPDX-License-Identifier: EUPL-1.2
# Runs the nodes of a private RabbitMQ, and the epmd they find one another by, until its standard input ends.
# Arguments: the folder (which it owns), `remove` or `keep` for when it ends, the folder of RabbitMQ's programs.
# A line on standard input is an order, `launch`, `await`, `stop` or `kill`, and the name of a node; each is answered
# `done` or `failed`. A node's folder holds its `environment`, written by the owner; its log of the start is there.
set -u
folder=$1 afterwards=$2 programs=$3
epmd=

launch() {
    : >"$folder/$1/start.log"
    (
        # shellcheck disable=SC1090
        . "$folder/$1/environment"
        # With this the script becomes the Erlang machine instead of waiting for it: the pid is the node's.
        export RUNNING_UNDER_SYSTEMD=true
        exec "$programs/rabbitmq-server" >>"$folder/$1/start.log" 2>&1 </dev/null
    ) &
    echo $! >"$folder/$1/guarded.pid"
}

await() {
    patience=1800
    until grep -q 'completed with [0-9]* plugins' "$folder/$1/start.log"; do
        kill -0 "$(cat "$folder/$1/guarded.pid")" 2>/dev/null || return 1
        patience=$((patience - 1))
        [ "$patience" -gt 0 ] || return 1
        sleep 0.1
    done
}

# usage: end SIGNAL NODE; nothing to do where the node has ended already.
end() {
    [ -f "$folder/$2/guarded.pid" ] || return 0
    pid=$(cat "$folder/$2/guarded.pid")
    kill "-$1" "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    rm -f "$folder/$2/guarded.pid"
}

end_all() {
    for pid_file in "$folder"/*/guarded.pid; do
        [ ! -f "$pid_file" ] || kill "-$1" "$(cat "$pid_file")" 2>/dev/null
    done
    for pid_file in "$folder"/*/guarded.pid; do
        [ ! -f "$pid_file" ] || end "$1" "$(basename "$(dirname "$pid_file")")"
    done
}

tidy_up() {
    # Data that stay are left in order.
    if [ "$afterwards" = remove ]; then end_all KILL; else end_all TERM; fi
    [ -z "$epmd" ] || kill -KILL "$epmd" 2>/dev/null
    if [ "$afterwards" = remove ]; then
        cd /
        rm -rf -- "$folder"
    fi
}
trap tidy_up EXIT
# A signal ends the script by way of EXIT; SIGPIPE is the owner's death while it waited for an answer.
trap 'exit 1' HUP INT TERM PIPE

# Started by a node, epmd would outlive it.
epmd -address "$ERL_EPMD_ADDRESS" -port "$ERL_EPMD_PORT" </dev/null >"$folder/epmd.log" 2>&1 &
epmd=$!
until epmd -port "$ERL_EPMD_PORT" -names >/dev/null 2>&1; do
    kill -0 "$epmd" 2>/dev/null || {
        cat "$folder/epmd.log" >&2
        exit 1
    }
    sleep 0.02
done

echo ready
while read -r order node; do
    case $order in
    launch) launch "$node" ;;
    await) await "$node" ;;
    stop) end TERM "$node" ;;
    kill) end KILL "$node" ;;
    *) false ;;
    esac && echo 'done' || echo failed
done
