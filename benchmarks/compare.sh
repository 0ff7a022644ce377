#!/usr/bin/env bash
# Measures ratis-kv side by side with redis-server (fsync always, and nothing on disk) and etcd, in one run, in turns:
#   benchmarks/compare.sh [--nodes N=3] [--seconds S=5] [--repetitions N=3] [--warm-up FACTOR=1] [--only REGEX]
#                         [--endpoint NAME=HOST:PORT ...] [--insert FILE.md] [--out target/compare]
# --only 'SET P1$|GET P1$' measures the works whose names match; --endpoint adds a store that speaks the Redis protocol;
# --insert puts the table between the marks of a file. OUT gets report.html, table.md and results.csv with every load.
# Needs redis-server, redis-benchmark, etcd, h2load (nghttp2-client), the ports 21000 to 21510 and 31300 to 31310, and a
# machine that does nothing else. A full run takes about an hour.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for tool in redis-server redis-benchmark etcd h2load; do
  command -v "$tool" >/dev/null || { echo "compare.sh: there is no $tool on the path" >&2 && exit 2; }
done
[[ -f benchmarks/target/benchmarks.jar ]] || mvn -q -DskipTests package
# The same JDK as the nodes'.
jdk=$(ratis-kv-server/bin/find-jdk)
exec "${jdk#* }/bin/java" -cp "benchmarks/target/benchmarks.jar:benchmarks/target/lib/*" io.ratiskv.compare.Compare --home "$PWD" "$@"
