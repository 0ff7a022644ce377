#!/usr/bin/env bash
# How much of Redis' own tests a cluster of three nodes passes, of what redis-server passes in the same mode: the test units
# of a checkout of Redis, in Tcl, against an external server.
#
#   benchmarks/redis-suite.sh CHECKOUT [--server REDIS-SERVER] [--out DIR] [--base-port P=21400] [UNIT ...] [-- OPTION ...]
#
# CHECKOUT holds Redis' tests/ (git clone -b 7.2.6 https://github.com/redis/redis); REDIS-SERVER is of the same release, and
# without it that of the path. Encodings are those of 7.2, so tests of 7.0 need the OPTION --ignore-encoding. A UNIT is a name
# as unit/type/set; without any, all families are run. Left out are tests that need DEBUG, a replica of Redis, a file that SAVE
# makes or a memory limit that CONFIG SET changes; digests are not compared, because DEBUG makes them. A table tells for each
# unit how many tests passed there and here, and below it stand the names of those that passed there and not here. DIR
# (target/redis-suite) keeps what every test said; redis-server is not asked again while its part is there. Needs tclsh, redis-cli and
# the ports P to P+99 and P+10020 to P+10022. TMPDIR in memory saves the time of syncs.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
all_units=(unit/type/{string,incr,list,list-2,list-3,set,zset,hash,stream,stream-cgroups}
    unit/{expire,scan,multi,pubsub,scripting,functions,bitops,bitfield,geo,hyperloglog,sort,dump,keyspace,other})

usage() {
    sed -n '5p' "${BASH_SOURCE[0]}" | sed 's/^# *//' >&2
    exit 2
}

[ $# -ge 1 ] && [ -d "$1/tests" ] || usage
checkout=$(cd "$1" && pwd -P)
shift
server=redis-server
out=$root/target/redis-suite
base_port=21400
units=()
options=()
while [ $# -gt 0 ]; do
    case $1 in
        --server) server=$2 && shift ;;
        --out) out=$2 && shift ;;
        --base-port) base_port=$2 && shift ;;
        unit/*) units+=("$1") ;;
        --)
            options=("${@:2}")
            break
            ;;
        *) usage ;;
    esac
    shift
done
[ ${#units[@]} -gt 0 ] || units=("${all_units[@]}")

work=$(mktemp -d)
redis_pid=
cluster() { "$root/deploy/local-cluster.sh" "$1" --data "$work/cluster" "${@:2}"; }
clean_up() {
    [ ! -f "$work/cluster/cluster" ] || cluster down
    [ -z "$redis_pid" ] || kill "$redis_pid"
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

cp -R "$checkout/tests" "$work/tests"
# Before each block the tests empty the server; one without FUNCTION has nothing to empty there.
sed -i 's/^    r function flush$/    catch {r function flush}/' "$work/tests/support/server.tcl"

# run NAME PORT UNIT: the results as DIR/NAME/UNIT.log, a line for each test, and what failed says why. A test that fails may
# leave a limit of memory behind.
run() {
    redis-cli -p "$2" config set maxmemory 0 >/dev/null
    local log=$out/$1/${3//\//-}.log
    mkdir -p "$out/$1"
    (cd "$work" && timeout 900 tclsh tests/test_helper.tcl --host 127.0.0.1 --port "$2" --baseport $((base_port + 82)) \
        --clients 1 --durable --timeout 120 --ignore-digest \
        --tags "-needs:debug -needs:repl -needs:save -needs:pfdebug -needs:config-maxmemory" "${options[@]}" --single "$3") >"$log" 2>&1 </dev/null || true
    sed -i 's/\x1b\[[0-9;]*m//g' "$log"
}

# passed LOG: the names of the tests that passed, each with how often a test of that name had passed before.
passed() { sed -n 's/^\[ok\]: \(.*\) ([0-9]* ms)$/\1/p' "$1" | awk '{ print $0 (seen[$0]++ ? " #" seen[$0] : "") }' | sort; }

for unit in "${units[@]}"; do
    [ -f "$checkout/tests/$unit.tcl" ] || { echo "redis-suite.sh: no $unit in $checkout" >&2 && exit 1; }
    [ ! -f "$out/redis/${unit//\//-}.log" ] || continue
    if [ -z "$redis_pid" ]; then
        "$server" --port $((base_port + 30)) --bind 127.0.0.1 --save '' --dir "$work" >/dev/null &
        redis_pid=$!
        sleep 1
    fi
    run redis $((base_port + 30)) "$unit"
done

cluster up --background --resp-port "$base_port" --http-port $((base_port + 10)) --raft-port $((base_port + 20)) >/dev/null
for unit in "${units[@]}"; do run ratis-kv "$base_port" "$unit"; done

printf '%-26s %8s %8s %8s\n' unit there here missing
for unit in "${units[@]}"; do
    name=${unit//\//-}
    passed "$out/redis/$name.log" >"$work/there"
    passed "$out/ratis-kv/$name.log" >"$work/here"
    comm -23 "$work/there" "$work/here" | sed "s|^|$unit: |" >"$work/missing"
    cat "$work/missing" >>"$work/names"
    comm -12 "$work/there" "$work/here" >"$work/both"
    printf '%-26s %8d %8d %8d\n' "$unit" "$(wc -l <"$work/there")" "$(wc -l <"$work/both")" "$(wc -l <"$work/missing")" |
        tee -a "$work/table"
done
awk '{ there += $2; here += $3 } END { printf "%-26s %8d %8d   %.1f %%\n", "all", there, here, there ? 100 * here / there : 0 }' \
    "$work/table"
cat "$work/names"
