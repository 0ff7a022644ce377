#!/usr/bin/env bash
# How rate, latency and processor time of ratis-kv change with connections (1 to 10,000), the size of values (16 B to 1 MiB), keys
# (10,000 to 20 million) and nodes (1 to 7), each alone:
#   benchmarks/scale.sh [--seconds S=5] [--repetitions N=3] [--warm-up FACTOR=1] [--only 'connections|value bytes|keys|nodes']
#                       [--out target/scale]
# OUT gets scale.html with the pictures and scale.csv with every load. Needs redis-benchmark and redis-cli, 20,000 open files, the
# ports 21100 to 21306 and 31300 to 31306, 24 GiB for 20 million keys on three nodes, and a machine that does nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for tool in redis-benchmark redis-cli; do
  command -v "$tool" >/dev/null || { echo "scale.sh: there is no $tool on the path" >&2 && exit 2; }
done
[[ -f benchmarks/target/benchmarks.jar ]] || mvn -q -DskipTests package
# The same JDK as the nodes'.
jdk=$(ratis-kv-server/bin/find-jdk)
exec "${jdk#* }/bin/java" -cp "benchmarks/target/benchmarks.jar:benchmarks/target/lib/*" io.ratiskv.compare.Scale --home "$PWD" "$@"
