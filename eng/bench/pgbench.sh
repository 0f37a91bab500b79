#!/usr/bin/env bash
# Runs pgbench against our server and against a real PostgreSQL 17, one after the other on the same machine, transport and
# file system, both with durable commits (fsync, synchronous_commit=on; ours synchronous=FULL), and prints the ratios.
#   eng/bench/pgbench.sh [-T SECONDS] [-r ROUNDS] [-s SCALE] [-m "MODES"] [-b "SCRIPTS"] [-c "CLIENTS"]
#   PGMICRO_ORACLE_HOME=DIR    where PostgreSQL is installed and keeps its data, see eng/oracle/up.sh
#   PGMICRO_NO_BUILD=1         take the build that is there
set -euo pipefail
seconds=5 rounds=3 scale=10 modes='simple extended prepared' scripts='select-only tpcb-like' clients='1 4' ours=5433 theirs=5418
while getopts T:r:s:m:b:c:p:o: option; do
    case $option in
        T) seconds=$OPTARG ;; r) rounds=$OPTARG ;; s) scale=$OPTARG ;; m) modes=$OPTARG ;;
        b) scripts=$OPTARG ;; c) clients=$OPTARG ;; p) ours=$OPTARG ;; o) theirs=$OPTARG ;;
        *) sed -n '2,6s/^# *//p' "$0" >&2; exit 2 ;;
    esac
done
command -v pgbench >/dev/null || { echo "pgbench is needed (Debian: postgresql-contrib)" >&2; exit 1; }
root=$(cd "$(dirname "$0")/../.." && pwd)
ask() { psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$1" -U postgres -d "${3:-postgres}" -c "$2"; }

"$root/eng/oracle/up.sh" "$theirs" >&2
for setting in 'fsync = on' 'full_page_writes = on' 'synchronous_commit = on' 'autovacuum = on'; do ask "$theirs" "ALTER SYSTEM SET $setting"; done
ask "$theirs" 'SELECT pg_reload_conf()' >/dev/null
data=$(ask "$theirs" 'SHOW data_directory')

[ -n "${PGMICRO_NO_BUILD:-}" ] || dotnet build "$root/src/PgMicro.Cli" -c Release -v q --nologo >&2
folder=$(mktemp -d "$(dirname "$data")/pgmicro-bench-XXXXXX")
"$root/src/PgMicro.Cli/bin/Release/net10.0/pgmicro" "$folder" --server "127.0.0.1:$ours" >/dev/null &
server=$!
trap 'kill $server; wait $server || true; rm -rf "$folder"' EXIT
until pg_isready -q -h 127.0.0.1 -p "$ours"; do kill -0 $server; sleep 0.1; done

for port in "$ours" "$theirs"; do
    ask "$port" 'DROP DATABASE IF EXISTS bench'
    ask "$port" 'CREATE DATABASE bench'
    pgbench -h 127.0.0.1 -p "$port" -U postgres -i -q -s "$scale" bench 2>&1 | tail -1 | sed "s/^/init :$port  /"
    ask "$port" 'CHECKPOINT'
done
echo "durable here: fsync=$(ask "$ours" 'SHOW fsync') synchronous_commit=$(ask "$ours" 'SHOW synchronous_commit'); PostgreSQL: fsync=$(ask "$theirs" 'SHOW fsync') synchronous_commit=$(ask "$theirs" 'SHOW synchronous_commit')"

run() { # PORT MODE SCRIPT CLIENTS -> transactions a second
    local output
    output=$(pgbench -n -h 127.0.0.1 -p "$1" -U postgres -M "$2" -b "$3" -c "$4" -j "$4" -T "$seconds" bench 2>&1) || { echo "$output" >&2; exit 1; }
    grep -q 'number of failed transactions: 0 ' <<<"$output" || { echo "$output" >&2; exit 1; }
    sed -n 's/^tps = \([0-9.]*\).*/\1/p' <<<"$output"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

printf '%-12s %-9s %7s %12s %12s %7s\n' script mode clients here/s PostgreSQL/s ratio
for script in $scripts; do
    for mode in $modes; do
        for count in $clients; do
            us='' them=''
            for _ in $(seq "$rounds"); do
                us+=$(run "$ours" "$mode" "$script" "$count")$'\n'
                them+=$(run "$theirs" "$mode" "$script" "$count")$'\n'
            done
            a=$(printf '%s' "$us" | median) b=$(printf '%s' "$them" | median)
            awk -v s="$script" -v m="$mode" -v c="$count" -v a="$a" -v b="$b" 'BEGIN { printf "%-12s %-9s %7d %12.0f %12.0f %7.2f\n", s, m, c, a, b, a / b }'
        done
    done
done
