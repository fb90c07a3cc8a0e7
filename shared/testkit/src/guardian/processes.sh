# SPDX-License-Identifier: EUPL-1.2
# What guardians of processes have in common; the script that follows sets `tidy_up_more` if it has more to tidy up, says
# `ready` and calls `take_orders`.
# Arguments: the folder (which it owns), `remove` or `keep` for when it ends.
# A line on standard input is an order, `launch`, `await`, `running`, `stop` or `kill`, and the name of a process; each is
# answered `done` or `failed`. A process has a folder of its name, with a script `start` that becomes the process, and what
# it prints in `output.log`.
set -u
folder=$1 afterwards=$2

launch() {
    # Here and not by the process: whoever asked reads it as soon as it is answered.
    : >"$folder/$1/output.log"
    (exec /bin/sh "$folder/$1/start") >>"$folder/$1/output.log" 2>&1 </dev/null &
    echo $! >"$folder/$1/guarded.pid"
}

# Until it has printed what the file `ready` of its folder says, a regular expression.
await() {
    patience=1800
    until grep -q -f "$folder/$1/ready" "$folder/$1/output.log"; do
        running "$1" || return 1
        patience=$((patience - 1))
        [ "$patience" -gt 0 ] || return 1
        sleep 0.1
    done
}

running() {
    [ -f "$folder/$1/guarded.pid" ] && kill -0 "$(cat "$folder/$1/guarded.pid")" 2>/dev/null
}

# usage: end SIGNAL NAME; nothing to do where it has ended already. Who does not end within half a minute is killed.
end() {
    [ -f "$folder/$2/guarded.pid" ] || return 0
    pid=$(cat "$folder/$2/guarded.pid")
    kill "-$1" "$pid" 2>/dev/null
    patience=600
    while kill -0 "$pid" 2>/dev/null; do
        patience=$((patience - 1))
        [ "$patience" -gt 0 ] || kill -KILL "$pid" 2>/dev/null
        sleep 0.05
    done
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

tidy_up_more() { :; }

tidy_up() {
    # What stays is left in order.
    if [ "$afterwards" = remove ]; then end_all KILL; else end_all TERM; fi
    tidy_up_more
    if [ "$afterwards" = remove ]; then
        cd /
        rm -rf -- "$folder"
    fi
}

take_orders() {
    while read -r order name; do
        case $order in
        launch) launch "$name" ;;
        await) await "$name" ;;
        running) running "$name" ;;
        stop) end TERM "$name" ;;
        kill) end KILL "$name" ;;
        *) false ;;
        esac && echo 'done' || echo failed
    done
}

# The guardian of an owner that was killed may still be tidying up; two servers on one folder would ruin its data.
if [ "$afterwards" = keep ]; then
    exec 9>"$folder/lock"
    flock --wait 60 9 || {
        echo "somebody else is at work in $folder" >&2
        exit 1
    }
fi
# Of an earlier owner's whose guardian was killed too: these numbers may be somebody else's by now.
rm -f "$folder"/*/guarded.pid
trap tidy_up EXIT
# A signal ends the script by way of EXIT; SIGPIPE is the owner's death while it waited for an answer.
trap 'exit 1' HUP INT TERM PIPE
