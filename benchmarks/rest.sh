#!/usr/bin/env bash
# How many SET and GET a cluster of three nodes answers over HTTP on this machine, which also runs the clients: 50
# connections that are kept alive, keys and values of 16 bytes. Needs wrk and curl, and a machine that does nothing else.
#
#   benchmarks/rest.sh [--warm-up SECONDS=75] [--seconds S=10] [--rounds N=3] [--connections C=50]
#                      [--resp-port P=26379] [--http-port P=28080] [--raft-port P=29870] [-- SERVER-ARGS...]
#
# The JVMs are warmed up first, because cold ones answer less than half as much. Each round measures SET and GET, on the
# leader and on a follower; the medians are printed, and the run ends with 1 when a request failed.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
warm_up=75
seconds=10
rounds=3
connections=50
resp_port=26379
http_port=28080
raft_port=29870
while [ $# -gt 0 ]; do
    case $1 in
        --warm-up) warm_up=$2 ;;
        --seconds) seconds=$2 ;;
        --rounds) rounds=$2 ;;
        --connections) connections=$2 ;;
        --resp-port) resp_port=$2 ;;
        --http-port) http_port=$2 ;;
        --raft-port) raft_port=$2 ;;
        --)
            shift
            break
            ;;
        *)
            sed -n '5,6p' "${BASH_SOURCE[0]}" | sed 's/^# *//' >&2
            exit 2
            ;;
    esac
    shift 2
done

data=$(mktemp -d)
counts=$data/counts
cluster() { "$root/deploy/local-cluster.sh" "$1" --data "$data/cluster" "${@:2}"; }
trap 'cluster down; rm -rf "$data"' EXIT
trap 'exit 1' INT TERM

# load NAME SET|GET SECONDS PORT: one line "NAME KIND RATE P50 P99 REFUSED BROKEN", micros.
load() {
    local line
    line=$(wrk -t1 -c"$connections" -d"$3s" --latency -s "$root/benchmarks/rest.lua" "http://127.0.0.1:$4/command" \
        -- "$2" 2>&1 | grep '^counted')
    echo "$1 $2 ${line#counted }"
}

cluster up --background --resp-port "$resp_port" --http-port "$http_port" --raft-port "$raft_port" ${1:+-- "$@"} >/dev/null
leader=
follower=
for port in $http_port $((http_port + 1)) $((http_port + 2)); do
    if curl -s "http://127.0.0.1:$port/status" | grep -qi '"state":"leader"'; then leader=$port; else follower=$port; fi
done
[ -n "$leader" ] || { echo "rest.sh: no node leads" >&2 && exit 1; }

echo "warming up ..." >&2
load warm-up set $((warm_up * 2 / 5)) "$leader" >/dev/null
load warm-up get $((warm_up * 2 / 5)) "$leader" >/dev/null
load warm-up get $((warm_up / 5)) "$follower" >/dev/null
for ((round = 0; round < rounds; round++)); do
    for kind in set get; do
        load leader "$kind" "$seconds" "$leader" | tee -a "$counts" >&2
        load follower "$kind" "$seconds" "$follower" | tee -a "$counts" >&2
    done
done

median() { # of column $3 in the lines of node $1 and kind $2
    awk -v node="$1" -v kind="$2" -v column="$3" '$1 == node && $2 == kind { print $column }' "$counts" | sort -n |
        awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}
echo "$(git -C "$root" describe --always --dirty), $(nproc) cores, $connections connections, medians of $rounds times $seconds s"
for node in leader follower; do
    for kind in set get; do
        printf '%-8s  %s  %6d/s  p50 %5d us  p99 %6d us\n' "$node" "${kind^^}" \
            "$(median $node $kind 3)" "$(median $node $kind 4)" "$(median $node $kind 5)"
    done
done
awk '$6 + $7 > 0 { failed = 1 } END { exit failed }' "$counts" || { echo "rest.sh: requests failed" >&2 && exit 1; }
