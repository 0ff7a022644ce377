#!/usr/bin/env bash
# A cluster of ratis-kv on loopback, to try it and to test against.
#
#   deploy/local-cluster.sh up [--nodes N=3] [--data DIR=target/local-cluster] [--resp-port P=6379]
#                              [--http-port P=8080] [--raft-port P=9870] [--background] [-- SERVER-ARGS...]
#   deploy/local-cluster.sh down | status | kill I | stop I | start I   [--data DIR]
#
# Node I of 1..N takes the ports P+I-1, and for node-to-node the Raft port + 10000. up builds what is missing, waits until
# a leader serves, and stays until Ctrl-C, which takes the nodes down; with --background it returns. kill is kill -9, stop
# is SIGTERM, start uses the arguments of up. Every verb returns when it is done; it ends with 0, or with 1 and one line.
# DIR/node-I holds the node's pid, its server.log and its data, which down keeps.
#
# Environment: RATIS_KV_HEAP is the heap of each node (for example 512m); without it the nodes share three fifths of the
# memory, at most a quarter each. RATIS_KV_JAVA_OPTS and JAVA_HOME as in ratis-kv-server/bin/ratis-kv-server.

set -uo pipefail
umask 077 # the arguments of the server may hold a password

HOST=127.0.0.1
PEER_PORT_OFFSET=10000
SERVING_SECONDS=90
STOP_SECONDS=30

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
launcher=$root/ratis-kv-server/bin/ratis-kv-server

fail() {
    echo "local-cluster: $1" >&2
    exit 1
}

# ---- Arguments -----------------------------------------------------------------------------------------------------

usage() {
    sed -n '4,6p' "${BASH_SOURCE[0]}" | sed 's/^# *//' >&2
    exit 1
}

# Prints $2 when it is a whole number from 1 to $3; $1 names it.
number() {
    case $2 in
        '' | 0* | *[!0-9]* | ??????*) fail "$1 must be a number from 1 to $3, not \"$2\"" ;;
    esac
    if [ "$2" -lt 1 ] || [ "$2" -gt "$3" ]; then fail "$1 must be a number from 1 to $3, not \"$2\""; fi
}

[ $# -ge 1 ] || usage
verb=$1
shift

nodes=3
resp_port=6379
http_port=8080
raft_port=9870
data=$root/target/local-cluster
background=no
index=
server_args=()

while [ $# -gt 0 ]; do
    # --name=value is --name value.
    case $1 in
        --) ;;
        --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
    esac
    case $verb:$1 in
        up:--nodes | up:--resp-port | up:--http-port | up:--raft-port | *:--data)
            [ $# -ge 2 ] || fail "$1 needs a value"
            case $1 in
                --nodes) nodes=$2 ;;
                --resp-port) resp_port=$2 ;;
                --http-port) http_port=$2 ;;
                --raft-port) raft_port=$2 ;;
                --data) data=$2 ;;
            esac
            shift 2
            ;;
        up:--background)
            background=yes
            shift
            ;;
        up:--)
            shift
            server_args=("$@")
            break
            ;;
        kill:[0-9]* | stop:[0-9]* | start:[0-9]*)
            [ -z "$index" ] || fail "$verb takes one node"
            index=$1
            shift
            ;;
        *) fail "$verb does not take \"$1\"" ;;
    esac
done

[ -n "$data" ] || fail "--data must not be empty"
case $data in
    /*) ;;
    *) data=$PWD/$data ;;
esac

# ---- Nodes ---------------------------------------------------------------------------------------------------------

node_dir() { echo "$data/node-$1"; }

# Prints the process id of node $1 when it runs. A pid file may be older than the process that bears its number now, so
# the command line must name this node's own data directory.
pid_of() {
    local pid command= tries
    pid=$(cat "$(node_dir "$1")/pid" 2>/dev/null) || return 1
    case $pid in '' | *[!0-9]*) return 1 ;; esac
    kill -0 "$pid" 2>/dev/null || return 1
    if [ -r "/proc/$pid/cmdline" ]; then
        # Empty for a moment while the launcher becomes the JVM, and for good once the process ends.
        for ((tries = 0; tries < 50; tries++)); do
            command=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")
            if [ -n "$command" ] || ended "$pid"; then break; fi
            sleep 0.02
        done
    else
        command=$(ps -ww -p "$pid" -o args= 2>/dev/null)
    fi
    case $command in
        *"--data $(node_dir "$1")/data "* | *"--data $(node_dir "$1")/data") echo "$pid" ;;
        *) return 1 ;;
    esac
}

# Prints how many of the nodes 1..$1 run.
running_count() {
    local i count=0
    for ((i = 1; i <= $1; i++)); do
        if pid_of "$i" >/dev/null; then count=$((count + 1)); fi
    done
    echo "$count"
}

# Whether process $1 has ended, sockets and all. A process that is ending loses its command line first; its main thread is
# a zombie while the others still hold the sockets.
ended() {
    local state
    kill -0 "$1" 2>/dev/null || return 0
    if [ -r "/proc/$1/stat" ]; then
        state=$(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null)
        [ "$(find "/proc/$1/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)" -le 1 ] || return 1
    else
        state=$(ps -o state= -p "$1" 2>/dev/null)
    fi
    case $state in '' | Z* | X*) return 0 ;; *) return 1 ;; esac
}

# Sends signal $1 to node $2 and waits up to $3 seconds for its end; leaves no pid file of a process that is gone.
signal_and_wait() {
    local pid tries
    pid=$(pid_of "$2") || return 0
    kill "-$1" "$pid" 2>/dev/null
    for ((tries = $3 * 20; tries > 0; tries--)); do
        if ended "$pid"; then
            rm -f "$(node_dir "$2")/pid"
            return 0
        fi
        sleep 0.05
    done
    return 1
}

# Keeps the arguments of up for the other verbs: numbers by name, the server's arguments NUL-separated.
save_cluster() {
    printf 'nodes=%s\nresp_port=%s\nhttp_port=%s\nraft_port=%s\nheap=%s\njava_opts=%s\n' \
        "$nodes" "$resp_port" "$http_port" "$raft_port" "${RATIS_KV_HEAP:-}" "${RATIS_KV_JAVA_OPTS:-}" \
        >"$data/cluster" || fail "cannot write to $data"
    : >"$data/server-args"
    if [ ${#server_args[@]} -gt 0 ]; then printf '%s\0' "${server_args[@]}" >"$data/server-args"; fi
}

load_cluster() {
    local name value argument
    [ -f "$data/cluster" ] || fail "there is no cluster in $data; up makes one"
    while IFS='=' read -r name value; do
        case $name in
            nodes) nodes=$value ;;
            resp_port) resp_port=$value ;;
            http_port) http_port=$value ;;
            raft_port) raft_port=$value ;;
            heap) export RATIS_KV_HEAP=$value ;;
            java_opts) export RATIS_KV_JAVA_OPTS=$value ;;
        esac
    done <"$data/cluster"
    server_args=()
    while IFS= read -r -d '' argument; do server_args+=("$argument"); done <"$data/server-args"
}

launch() {
    local i peers='' dir pid node=$1
    for ((i = 1; i <= nodes; i++)); do peers="$peers${peers:+,}n$i=$HOST:$((raft_port + i - 1))"; done
    dir=$(node_dir "$1")
    mkdir -p "$dir" || fail "cannot write to $data"
    set -- "$1" --id "n$1" --peers "$peers" --resp "$HOST:$((resp_port + $1 - 1))" --http "$HOST:$((http_port + $1 - 1))"
    shift
    if [ ${#server_args[@]} -gt 0 ]; then set -- "$@" "${server_args[@]}"; fi
    set -- "$launcher" "$@" --data "$dir/data"
    # A session of its own: Ctrl-C and the end of the terminal reach this script alone, which then ends the nodes in order.
    if command -v setsid >/dev/null; then set -- setsid "$@"; fi
    (
        trap '' HUP INT
        exec "$@"
    ) >>"$dir/server.log" 2>&1 </dev/null &
    pid=$!
    disown # its end is no news for the terminal
    echo "$pid" >"$dir/pid"
    # Until it has become the launcher, its command line is that of this script.
    for ((i = 0; i < 100; i++)); do
        if pid_of "$node" >/dev/null || ! kill -0 "$pid" 2>/dev/null; then return; fi
        sleep 0.05
    done
}

# ---- What a node answers -------------------------------------------------------------------------------------------

# Whether something listens on port $1.
listens() { (exec 3<>"/dev/tcp/$HOST/$1") 2>/dev/null; }

# The value of the server's option $1, from its arguments or the environment.
server_option() {
    local i argument variable
    for ((i = 0; i < ${#server_args[@]}; i++)); do
        argument=${server_args[i]}
        case $argument in
            "--$1="*) echo "${argument#*=}" && return ;;
            "--$1") echo "${server_args[i + 1]:-}" && return ;;
        esac
    done
    variable=RATIS_KV_$(echo "$1" | tr 'a-z-' 'A-Z_')
    echo "${!variable:-}"
}

password() {
    local given file
    given=$(server_option requirepass)
    file=$(server_option requirepass-file)
    if [ -n "$given" ]; then echo "$given"; elif [ -n "$file" ]; then head -n 1 "$file"; fi
}

# Sends a request (the words $2...) to RESP port $1, behind AUTH where there is a password, and prints the first line of
# its reply.
resp_request() {
    (
        local LC_ALL=C word reply secret port=$1 # lengths in bytes
        shift
        exec 3<>"/dev/tcp/$HOST/$port" || exit 1
        secret=$(password)
        if [ -n "$secret" ]; then
            printf '*2\r\n$%s\r\n%s\r\n$%s\r\n%s\r\n' 4 AUTH "${#secret}" "$secret" >&3
            IFS= read -r -t 5 reply <&3 || exit 1
        fi
        printf '*%s\r\n' $# >&3
        for word in "$@"; do printf '$%s\r\n%s\r\n' "${#word}" "$word" >&3; done
        IFS= read -r -t 5 reply <&3 || exit 1
        echo "${reply%$'\r'}"
    ) 2>/dev/null
}

# Prints what GET $2 on HTTP port $1 answers; fails when there is no answer.
http_get() {
    local scheme=http secret=''
    [ -z "$(server_option tls-cert)" ] || scheme=https
    if command -v curl >/dev/null; then
        secret=$(password)
        # The password goes through standard input, because the list of processes shows arguments.
        [ -z "$secret" ] || secret=$(printf '%s' "$secret" | sed 's/[\\"]/\\&/g; s/.*/user = "default:&"/')
        printf '%s\n' "$secret" | curl -sk -m 5 -K - "$scheme://$HOST:$1$2"
    elif [ "$scheme" = http ]; then
        (
            exec 3<>"/dev/tcp/$HOST/$1" || exit 1
            printf 'GET %s HTTP/1.0\r\nHost: %s:%s\r\n\r\n' "$2" "$HOST" "$1" >&3
            while IFS= read -r -t 5 line <&3 && [ "${line%$'\r'}" != '' ]; do :; done
            while IFS= read -r -t 5 line <&3 || [ -n "$line" ]; do
                printf '%s\n' "$line"
                line=
            done
        ) 2>/dev/null
    else
        listens "$1"
    fi
}

# The value of field $2 in the JSON text $1.
json_field() { printf '%s' "$1" | tr -d '\n' | sed -n 's/.*"'"$2"'" *: *"\{0,1\}\([^",}]*\).*/\1/p'; }

# Whether node $1 answers at all.
answers() {
    if [ -n "$(server_option tls-cert)" ]; then
        listens "$((resp_port + $1 - 1))"
    else
        [ -n "$(resp_request "$((resp_port + $1 - 1))" PING)" ]
    fi
}

# Whether node $1 serves: a read that a majority confirms is answered, and HTTP knows the leader.
serves() {
    local status reply
    status=$(http_get "$((http_port + $1 - 1))" /status) || return 1
    if [ -n "$(server_option tls-cert)" ]; then
        answers "$1" || return 1
    else
        reply=$(resp_request "$((resp_port + $1 - 1))" EXISTS local-cluster:none) || return 1
        case $reply in :* | -NOAUTH*) ;; *) return 1 ;; esac
    fi
    case $status in
        *'"leader_id"'*) [ -n "$(json_field "$status" leader_id)" ] && [ "$(json_field "$status" leader_id)" != null ] ;;
        *) return 0 ;; # HTTP wants credentials that this script does not know
    esac
}

# Waits until $1 holds for node $2; fails when the node ends or $3 seconds have passed.
await() {
    local deadline=$((SECONDS + $3))
    until "$1" "$2"; do
        pid_of "$2" >/dev/null || return 1
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

# The line of node $1's log that tells best why it ended.
why() {
    local log line
    log=$(node_dir "$1")/server.log
    line=$(grep -a -m 1 -E ' ERROR |"level":"ERROR"|^  - ' "$log" 2>/dev/null || tail -n 1 "$log" 2>/dev/null)
    printf '%s' "$line" | sed 's/^  - //' | cut -c 1-300
}

# ---- Verbs ---------------------------------------------------------------------------------------------------------

# The port of each listener, one per line: port, what it is.
ports() {
    local i
    for ((i = $1; i <= $2; i++)); do
        echo "$((resp_port + i - 1)) RESP of node $i"
        echo "$((http_port + i - 1)) HTTP of node $i"
        echo "$((raft_port + i - 1)) Raft of node $i"
        echo "$((raft_port + i - 1 + PEER_PORT_OFFSET)) node-to-node of node $i"
    done
}

check_ports() {
    local port use twice
    twice=$(ports "$1" "$2" | sort -n | awk 'seen[$1]++ { print $1; exit }')
    [ -z "$twice" ] || fail "port $twice would be used twice; move --resp-port, --http-port or --raft-port"
    while read -r port use; do
        if listens "$port"; then fail "port $port ($use) is busy"; fi
    done < <(ports "$1" "$2")
}

# Builds the server when it is missing or older than its sources.
build() {
    local jar='' candidate newer
    for candidate in "$root"/ratis-kv-server/target/ratis-kv-server-*.jar; do
        case $candidate in *-tests.jar | *-sources.jar | *-javadoc.jar) continue ;; esac
        if [ -f "$candidate" ] && { [ -z "$jar" ] || [ "$candidate" -nt "$jar" ]; }; then jar=$candidate; fi
    done
    if [ -n "$jar" ] && [ -d "$root/ratis-kv-server/target/lib" ]; then
        # The jar keeps its time when a build finds nothing to do, so the build leaves a mark of its own.
        candidate=$root/ratis-kv-server/target/.built-by-local-cluster
        [ ! "$candidate" -nt "$jar" ] || jar=$candidate
        newer=$(find "$root/pom.xml" "$root"/{proto,state-machine,ratis-kv-server}/{pom.xml,src/main} -newer "$jar" -print \
            2>/dev/null | head -n 1)
        [ -n "$newer" ] || return 0
    fi
    command -v mvn >/dev/null || fail "the server is not built, and there is no mvn to build it"
    echo "building the server (mvn package) ..."
    if ! mvn -q -B -f "$root/pom.xml" -DskipTests -pl ratis-kv-server -am package >"$data/build.log" 2>&1; then
        grep -m 5 ERROR "$data/build.log" >&2
        fail "the build failed; see $data/build.log"
    fi
    touch "$root/ratis-kv-server/target/.built-by-local-cluster"
}

take_down() {
    local i pid deadline=$((SECONDS + STOP_SECONDS)) late=no
    rm -f "$data/up"
    for ((i = 1; i <= nodes; i++)); do
        if pid=$(pid_of "$i"); then kill "$pid" 2>/dev/null; fi
    done
    while [ "$(running_count "$nodes")" -gt 0 ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            late=yes
            for ((i = 1; i <= nodes; i++)); do signal_and_wait KILL "$i" 5; done
            break
        fi
        sleep 0.1
    done
    for ((i = 1; i <= nodes; i++)); do rm -f "$(node_dir "$i")/pid"; done
    [ "$late" = no ] || echo "local-cluster: nodes that did not end within $STOP_SECONDS s were killed" >&2
}

up() {
    local i known busy
    number --nodes "$nodes" 99
    number --resp-port "$resp_port" $((65536 - nodes))
    number --http-port "$http_port" $((65536 - nodes))
    number --raft-port "$raft_port" $((65536 - nodes - PEER_PORT_OFFSET))
    known=$("$root/ratis-kv-server/bin/find-jdk" 2>&1) || fail "$known"

    mkdir -p "$data" 2>/dev/null || fail "cannot write to $data"
    data=$(cd "$data" && pwd -P)
    if [ -f "$data/cluster" ]; then
        busy=$(sed -n 's/^nodes=//p' "$data/cluster")
        [ "$(running_count "$busy")" -eq 0 ] || fail "the cluster in $data is running; take it down first"
        known=$(sed -n 's/^nodes=//p;s/^raft_port=//p' "$data/cluster" | tr '\n' ' ')
        if [ "$known" != "$nodes $raft_port " ] && [ -d "$(node_dir 1)/data" ]; then
            fail "$data holds a cluster of --nodes ${known%% *} --raft-port $(echo "${known#* }" | tr -d ' '); use these or another --data"
        fi
    fi
    check_ports 1 "$nodes"
    build

    if [ -z "${RATIS_KV_HEAP:-}" ]; then
        case "${JAVA_OPTS:-} ${RATIS_KV_JAVA_OPTS:-}" in
            *-Xmx* | *MaxRAMPercentage* | *MaxHeapSize*) ;;
            *)
                i=$((60 / nodes < 25 ? 60 / nodes : 25))
                export RATIS_KV_JAVA_OPTS="${RATIS_KV_JAVA_OPTS:-} -XX:MaxRAMPercentage=$((i > 0 ? i : 1))"
                ;;
        esac
    fi
    save_cluster

    trap 'take_down; exit 1' INT TERM
    : >"$data/up"
    for ((i = 1; i <= nodes; i++)); do
        : >"$(mkdir -p "$(node_dir "$i")" && node_dir "$i")/server.log"
        launch "$i"
    done
    for ((i = 1; i <= nodes; i++)); do
        if ! await serves "$i" "$SERVING_SECONDS"; then
            if pid_of "$i" >/dev/null; then known="does not serve within $SERVING_SECONDS s"; else known="has ended"; fi
            take_down
            fail "node $i $known ($(why "$i")); see $(node_dir "$i")/server.log"
        fi
    done
    print_ports
    if [ "$background" = yes ]; then exit 0; fi

    echo
    echo "Ctrl-C takes the nodes down."
    trap 'echo; echo "taking the nodes down ..."; take_down; exit 0' INT TERM
    # Killed nodes may be started again, so only down ends this.
    while [ -f "$data/up" ]; do
        sleep 0.5 &
        wait $!
    done
}

print_ports() {
    local i option='' client='' web='' scheme=http
    if [ -n "$(password)" ]; then
        client=' --askpass'
        web=' -u default'
    fi
    if [ -n "$(server_option tls-cert)" ]; then
        client="$client --tls --insecure"
        web="$web -k"
        scheme=https
    fi
    [ "$data" = "$root/target/local-cluster" ] || option=" --data $data"
    echo "a leader serves; the data is in $data"
    for ((i = 1; i <= nodes; i++)); do
        echo "  node $i: RESP $HOST:$((resp_port + i - 1))  HTTP $HOST:$((http_port + i - 1))  Raft $HOST:$((raft_port + i - 1))"
    done
    echo "to try:"
    echo "  redis-cli -p $resp_port$client SET greeting hello"
    echo "  redis-cli -p $((resp_port + nodes - 1))$client GET greeting"
    echo "  curl$web $scheme://$HOST:$http_port/status"
    echo "  deploy/local-cluster.sh kill 1$option"
    echo "  deploy/local-cluster.sh start 1$option"
}

show_status() {
    local i pid answer state
    load_cluster
    for ((i = 1; i <= nodes; i++)); do
        if pid=$(pid_of "$i"); then
            answer=$(http_get "$((http_port + i - 1))" /status)
            state=$(json_field "$answer" state)
            echo "node $i: pid $pid, ${state:-no answer on HTTP}, RESP $HOST:$((resp_port + i - 1)), HTTP $HOST:$((http_port + i - 1))"
        else
            echo "node $i: down"
        fi
    done
    [ "$(running_count "$nodes")" -gt 0 ]
}

start_node() {
    pid_of "$index" >/dev/null && fail "node $index is running"
    check_ports "$index" "$index"
    launch "$index"
    if ! await answers "$index" "$SERVING_SECONDS"; then
        if pid_of "$index" >/dev/null; then fail "node $index does not answer within $SERVING_SECONDS s"; fi
        rm -f "$(node_dir "$index")/pid"
        fail "node $index has ended ($(why "$index")); see $(node_dir "$index")/server.log"
    fi
    # Alone it cannot serve; with a majority beside it, it is done when it does.
    if [ $(($(running_count "$nodes") * 2)) -gt "$nodes" ]; then await serves "$index" "$SERVING_SECONDS"; fi
    return 0
}

case $verb in
    kill | stop | start)
        [ -n "$index" ] || fail "$verb needs the number of a node"
        load_cluster
        number "$verb" "$index" "$nodes"
        ;;
esac

case $verb in
    up) up ;;
    down)
        if [ -f "$data/cluster" ]; then
            load_cluster
            take_down
        fi
        ;;
    status) show_status ;;
    kill)
        pid_of "$index" >/dev/null || fail "node $index is not running"
        signal_and_wait KILL "$index" 10 || fail "node $index does not end"
        ;;
    stop)
        pid_of "$index" >/dev/null || fail "node $index is not running"
        if ! signal_and_wait TERM "$index" "$STOP_SECONDS"; then
            signal_and_wait KILL "$index" 10
            fail "node $index did not end within $STOP_SECONDS s and was killed"
        fi
        ;;
    start) start_node ;;
    *) usage ;;
esac
