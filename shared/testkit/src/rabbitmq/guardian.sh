# SPDX-License-Identifier: EUPL-1.2
# Runs the nodes of a private RabbitMQ, and the epmd they find one another by: started by a node it would outlive it.
epmd=

tidy_up_more() {
    [ -z "$epmd" ] || kill -KILL "$epmd" 2>/dev/null
}

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
take_orders
