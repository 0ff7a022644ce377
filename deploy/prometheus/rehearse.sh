#!/usr/bin/env bash
# Five minutes of a local cluster under Prometheus and alerts.yml: the leader is killed after one minute and started
# again half a minute later. Prints which alerts were pending and firing and when, in seconds since the start, and ends
# with 1 unless RatiskvLeaderLost alone fired, and cleared. Needs prometheus and promtool on the path, and curl.
#
#   deploy/prometheus/rehearse.sh [--prometheus-port P=29090] [--resp-port P=26379] [--http-port P=28080] [--raft-port P=29870]

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
prometheus_port=29090
resp_port=26379
http_port=28080
raft_port=29870
while [ $# -gt 0 ]; do
    case $1 in
        --prometheus-port) prometheus_port=$2 ;;
        --resp-port) resp_port=$2 ;;
        --http-port) http_port=$2 ;;
        --raft-port) raft_port=$2 ;;
        *)
            sed -n '6p' "${BASH_SOURCE[0]}" | sed 's/^# *//' >&2
            exit 2
            ;;
    esac
    shift 2
done
for program in prometheus promtool curl; do
    command -v $program >/dev/null || { echo "rehearse.sh: there is no $program on the path" >&2 && exit 2; }
done

data=$(mktemp -d)
children=()
cluster() { "$here/../local-cluster.sh" "$1" --data "$data/cluster" "${@:2}"; }
end() {
    for child in "${children[@]}"; do kill "$child" 2>/dev/null && wait "$child" 2>/dev/null || true; done
    cluster down
    rm -rf "$data"
}
trap end EXIT
trap 'exit 1' INT TERM

leader() { # its number
    local i
    for i in 1 2 3; do
        if curl -s -m 2 "http://127.0.0.1:$((http_port + i - 1))/status" | grep -q '"state":"LEADER"'; then echo $i; fi
    done
}

cat >"$data/prometheus.yml" <<CONFIG
global: {scrape_interval: 5s, evaluation_interval: 5s}
rule_files: [$here/alerts.yml]
scrape_configs:
  - job_name: ratis-kv
    static_configs:
      - targets: ["127.0.0.1:$http_port", "127.0.0.1:$((http_port + 1))", "127.0.0.1:$((http_port + 2))"]
CONFIG

cluster up --background --resp-port "$resp_port" --http-port "$http_port" --raft-port "$raft_port" >/dev/null
prometheus --config.file="$data/prometheus.yml" --storage.tsdb.path="$data/tsdb" \
    --web.listen-address="127.0.0.1:$prometheus_port" >"$data/prometheus.log" 2>&1 &
children+=($!)
# Some writes and reads, so that rates and histograms are not empty.
while :; do
    for i in 0 1 2; do
        curl -s -m 5 -o "$data/answer" -H 'Content-Type: application/json' "http://127.0.0.1:$((http_port + i))/command" \
            -d '{"commands":[["INCR","rehearsal"],["GET","rehearsal"]]}' || true
    done
    sleep 0.1
done &
children+=($!)

start=$(date +%s)
until_second() { while [ $(($(date +%s) - start)) -lt "$1" ]; do sleep 0.2; done; }
until_second 60
killed=$(leader)
cluster kill "$killed"
echo "$(($(date +%s) - start)) s: node $killed, which led, was killed"
until_second 90
cluster start "$killed"
echo "$(($(date +%s) - start)) s: node $killed was started again; node $(leader) leads"
until_second 300

# Lines "ALERTS{labels} =>" and below each "1 @[time]".
promtool query range --start=$start --end=$((start + 300)) --step=5s "http://127.0.0.1:$prometheus_port" ALERTS |
    awk -v start="$start" '
        function flush() { if (name) print name, state, instance, from - start, to - start }
        function label(key) { return match($0, key "=\"[^\"]*\"") ? substr($0, RSTART + length(key) + 2, RLENGTH - length(key) - 3) : "-" }
        /=>/ { flush(); name = label("alertname"); state = label("alertstate"); instance = label("instance"); from = 0 }
        match($0, /@\[[0-9.]+/) { to = substr($0, RSTART + 2, RLENGTH - 2); if (!from) from = to }
        END { flush() }' >"$data/alerts"
scraped=$(promtool query instant "http://127.0.0.1:$prometheus_port" 'sum(count_over_time(up[5m]))' | sed 's/.*=> *\([0-9]*\).*/\1/')
echo "$scraped scrapes; alerts (name, state, instance, from and to in seconds):"
sort -n -k 4 "$data/alerts"
fired=$(awk '$2 == "firing" { print $1 }' "$data/alerts" | sort -u | tr '\n' ' ')
[ "$fired" = 'RatiskvLeaderLost ' ] || { echo "rehearse.sh: fired: ${fired:-nothing}" >&2 && exit 1; }
awk '$2 == "firing" && $5 > 290 { exit 1 }' "$data/alerts" || { echo "rehearse.sh: it did not clear" >&2 && exit 1; }
