#!/usr/bin/env bash
# Whether full load from the first moment costs a cluster its leader: starts three cold nodes, has redis-benchmark write to each of
# them as fast as it can, to two of them pipelined, and looks every second which term each node is in. Ends with 1 when a term began
# that was not there before the load. Needs redis-tools, and a machine that does nothing else.
#
#   benchmarks/cold-start.sh [--minutes M=30] [--resp-port P=26379] [--http-port P=28080] [--raft-port P=29870] [-- SERVER-ARGS...]

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
minutes=30
resp_port=26379
http_port=28080
raft_port=29870
while [ $# -gt 0 ]; do
    case $1 in
        --minutes) minutes=$2 ;;
        --resp-port) resp_port=$2 ;;
        --http-port) http_port=$2 ;;
        --raft-port) raft_port=$2 ;;
        --)
            shift
            break
            ;;
        *)
            sed -n '6p' "${BASH_SOURCE[0]}" | sed 's/^# *//' >&2
            exit 2
            ;;
    esac
    shift 2
done

data=$(mktemp -d)
loads=()
cluster() { "$root/deploy/local-cluster.sh" "$1" --data "$data/cluster" "${@:2}"; }
trap 'for load in "${loads[@]}"; do kill "$load" 2>/dev/null || true; done; cluster down >/dev/null; rm -rf "$data"' EXIT
trap 'exit 1' INT TERM

cluster up --background --resp-port "$resp_port" --http-port "$http_port" --raft-port "$raft_port" ${1:+-- "$@"} >/dev/null

status() {
    redis-cli -p "$1" RAFT.STATUS | awk -v field="$2" 'found { print; exit } $0 == field { found = 1 }'
}

first=$(status "$resp_port" term)
for node in 0 1 2; do
    pipeline=$((node == 0 ? 1 : 16))
    redis-benchmark -p $((resp_port + node)) -q -l -c 50 -P "$pipeline" -r 1000000 -n 1000000 -t set >/dev/null 2>"$data/load-$node" &
    loads+=($!)
done
began=$SECONDS
unanswered=0
while ((SECONDS - began < 60 * minutes)); do
    sleep 1
    for node in 0 1 2; do
        term=$(status $((resp_port + node)) term || true)
        if [ -z "$term" ]; then
            unanswered=$((unanswered + 1))
        elif [ "$term" != "$first" ]; then
            echo "node $((node + 1)) is in term $term after $((SECONDS - began)) s; it was $first"
            grep -hE "WARN|change Leader" "$data"/cluster/node-*/server.log | sort | tail -40
            exit 1
        fi
    done
done
for load in "${loads[@]}"; do
    kill -0 "$load" 2>/dev/null || { echo "a load ended early: $(cat "$data"/load-*)"; exit 1; }
done
echo "$minutes minutes of load, up to entry $(status "$resp_port" applied-index): term $first throughout," \
    "$unanswered of the looks unanswered"
