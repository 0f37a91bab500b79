#!/usr/bin/env bash
# Puts the native libraries and the parse tree's protobuf schema into a folder:
#   libpg_query.so, pg_query.proto   PostgreSQL 17's parser, from Debian's archive
#   libe_sqlite3.so                  SQLite, compiled here from its amalgamation and sqlite-page-cache.patch
# Usage: eng/native/restore.sh [FOLDER]     (default: artifacts/native in this tree)
#
# Everything is made once per machine under ${XDG_CACHE_HOME:-~/.cache}/pgmicro and copied from there. No root is
# needed and the system's apt state is not touched. Safe to run several times at once.
set -euo pipefail

PG_QUERY_VERSION=17-6.1.0-1          # Debian's version; the grammar is PostgreSQL 17.4's
PG_QUERY_SUITE=trixie                # the suite that carries it; needs glibc 2.34 only, so older suites load it too
PG_QUERY_RUNTIME=libpg-query1706.0
PG_QUERY_DEV=libpg-query-dev
SQLITE_VERSION=3.53.2
SQLITE_PACKAGE=better-sqlite3@12.11.1
SHA256_PG_QUERY_SO=d115ce6e0eb93e3ae58eecea3e03d53f531fc11d7e8738677f892c4549d7cb4a
SHA256_PG_QUERY_PROTO=f8382251fd044d5e9465a4bdb26728f06f70e8ed599e1486b394b84596c8557d
SHA256_SQLITE_C=60d2f39a3726cd6b9021da6f4e868608d66fbb6528a9f513dc8ffcc640493422

SQLITE_CFLAGS=(
  -O3 -fPIC -shared -fno-strict-aliasing -fvisibility=hidden
  '-DSQLITE_API=__attribute__((visibility("default")))' -DNDEBUG
  -DHAVE_USLEEP=1 -DHAVE_FDATASYNC=1 -DHAVE_LOCALTIME_R=1 -DHAVE_MALLOC_USABLE_SIZE=1 -DHAVE_STRCHRNUL=1
  -DSQLITE_THREADSAFE=2 -DSQLITE_DQS=0 -DSQLITE_TEMP_STORE=2 -DSQLITE_USE_URI=1 -DSQLITE_USE_ALLOCA
  -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_DEFAULT_FOREIGN_KEYS=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS
  -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_STAT4 -DSQLITE_ENABLE_SNAPSHOT -DSQLITE_ENABLE_PREUPDATE_HOOK
  -DSQLITE_ENABLE_SESSION -DSQLITE_ENABLE_DESERIALIZE -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_DBSTAT_VTAB
  -DSQLITE_MAX_VARIABLE_NUMBER=65535 -DSQLITE_MAX_FUNCTION_ARG=1000 -DSQLITE_MAX_COMPOUND_SELECT=10000
  -DSQLITE_MAX_EXPR_DEPTH=1000 -DSQLITE_MAX_COLUMN=32767 -DSQLITE_MAX_ATTACHED=125
  # A mutex for each lock on the index of the log instead of one for all: a reader need not wait for a writer's system call.
  -DSQLITE_ENABLE_SETLK_TIMEOUT=1
)
SQLITE_LIBS=(-lm -lpthread -ldl)

FILES=(libpg_query.so pg_query.proto libe_sqlite3.so)

fail() { printf 'eng/native/restore.sh: error: %s\n' "$1" >&2; exit 1; }
say()  { printf 'eng/native/restore.sh: %s\n' "$1" >&2; }

# need TOOL PACKAGE: names a missing tool and how to install it.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  fail "'$1' was not found and is needed once, to ${3:-restore the native libraries}. Install it: sudo apt-get install $2"
}

check_hash() { # FILE SHA256
  local actual
  actual=$(sha256sum "$1") && actual=${actual%% *}
  [[ $actual == "$2" ]] || fail "$(basename "$1") has sha256 $actual, but $2 is expected. The download is damaged or was replaced; nothing was installed."
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
destination=${1:-$here/../../artifacts/native}

# The key changes with anything that decides the contents, so an old cache is never mistaken for a new one.
contents="$PG_QUERY_VERSION $SHA256_PG_QUERY_SO $SHA256_PG_QUERY_PROTO $SHA256_SQLITE_C $(<"$here/sqlite-page-cache.patch") ${SQLITE_CFLAGS[*]} ${SQLITE_LIBS[*]}"
digest=$(printf %s "$contents" | cksum)
key="pg_query-$PG_QUERY_VERSION,sqlite-$SQLITE_VERSION,${digest%% *}"

mkdir -p "$destination"
destination=$(cd "$destination" && pwd)
up_to_date() { # FOLDER
  local f
  [[ -f $1/key && $(<"$1/key") == "$key" ]] || return 1
  for f in "${FILES[@]}"; do [[ -s $1/$f ]] || return 1; done
}
if up_to_date "$destination"; then exit 0; fi

[[ $(uname -s) == Linux && $(uname -m) == x86_64 ]] ||
  fail "the native libraries are pinned for Linux on x86-64 only, and this machine is $(uname -sm)."
[[ -n ${XDG_CACHE_HOME:-} || -n ${HOME:-} ]] || fail "neither XDG_CACHE_HOME nor HOME is set, so there is no place for the cache."
cache_root=${XDG_CACHE_HOME:-$HOME/.cache}/pgmicro
cache=$cache_root/$key
need flock util-linux
need sha256sum coreutils
mkdir -p "$cache_root"

fetch_pg_query() { # WORK OUT
  local work=$1 out=$2 f codename
  [[ $(dpkg --print-architecture) == amd64 ]] || fail "libpg_query is pinned for Debian's amd64, and this machine is $(dpkg --print-architecture)."
  say "fetching libpg_query $PG_QUERY_VERSION"
  mkdir -p "$work"/apt/{sources,lists/partial,archives/partial,preferences} "$work"/{deb,unpacked}
  codename=$(. /etc/os-release && printf %s "${VERSION_CODENAME:-}")
  [[ -n $codename ]] || fail "/etc/os-release names no VERSION_CODENAME, so Debian's archive cannot be derived from this machine's apt sources."

  # The machine's own Debian archive, trusted with the machine's own keys, but another suite of it. A source counts
  # when it carries the plain codename (not -security, -updates) and the component main.
  for f in /etc/apt/sources.list.d/*.sources; do
    [[ -r $f ]] || continue
    awk -v here="$codename" -v there="$PG_QUERY_SUITE" '
      function flush() { if (wanted && component && !off) printf "%s\n", stanza; stanza = ""; wanted = component = off = 0 }
      function has(value, word,   i, n, w) { n = split(value, w); for (i = 1; i <= n; i++) if (w[i] == word) return 1; return 0 }
      /^#/ { next }
      /^[ \t]*$/ { flush(); next }
      {
        name = tolower($0); sub(/:.*/, "", name)
        value = $0; sub(/^[^:]*:/, "", value)
        if (name == "enabled" && tolower(value) ~ /no|false|off|0/) off = 1
        if (name == "types") { if (!has(value, "deb")) off = 1; stanza = stanza "Types: deb\n"; next }
        if (name == "suites") { wanted = has(value, here); stanza = stanza "Suites: " there "\n"; next }
        if (name == "components") { component = has(value, "main"); stanza = stanza "Components: main\n"; next }
        stanza = stanza $0 "\n"
      }
      END { flush() }' "$f"
  done > "$work/apt/sources/derived.sources"
  for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -r $f ]] || continue
    sed -nE "s/^[[:space:]]*deb[[:space:]]+((\[[^]]*\][[:space:]]+)?[^[:space:]]+)[[:space:]]+${codename}[[:space:]](.*[[:space:]])?main([[:space:]].*)?\$/deb \1 $PG_QUERY_SUITE main/p" "$f"
  done | sort -u > "$work/apt/sources/derived.list"
  find "$work/apt/sources" -type f -empty -delete
  [[ -n $(ls "$work/apt/sources") ]] || fail "apt has no readable source for '$codename main', so Debian's archive cannot be derived from it. Add Debian's archive to /etc/apt/sources.list.d."

  # The system's hooks would clean the system's own caches; they have no business with ours.
  cat > "$work/apt/apt.conf" <<'CONF'
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
CONF
  local apt=(apt-get -qq -c "$work/apt/apt.conf"
    -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/apt/sources"
    -o Dir::Etc::preferences=/dev/null -o "Dir::Etc::preferencesparts=$work/apt/preferences"
    -o "Dir::State::lists=$work/apt/lists" -o "Dir::Cache=$work/apt" -o "Dir::Cache::archives=$work/apt/archives"
    -o Debug::NoLocking=true -o APT::Sandbox::User= -o APT::Architectures::=amd64
    -o Acquire::Languages=none -o Acquire::PDiffs=false -o Acquire::Retries=3
    -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  "${apt[@]}" update >"$work/apt.log" 2>&1 ||
    { cat "$work/apt.log" >&2; fail "apt-get could not read the package lists of '$PG_QUERY_SUITE' (see above)."; }
  (cd "$work/deb" && "${apt[@]}" download "$PG_QUERY_RUNTIME=$PG_QUERY_VERSION" "$PG_QUERY_DEV=$PG_QUERY_VERSION") >"$work/apt.log" 2>&1 ||
    { cat "$work/apt.log" >&2; fail "apt-get could not download $PG_QUERY_RUNTIME and $PG_QUERY_DEV $PG_QUERY_VERSION from '$PG_QUERY_SUITE' (see above)."; }

  for f in "$work"/deb/*.deb; do dpkg -x "$f" "$work/unpacked"; done
  local library=("$work"/unpacked/usr/lib/*/libpg_query.so.1706.0)
  check_hash "${library[0]}" "$SHA256_PG_QUERY_SO"
  check_hash "$work/unpacked/usr/include/pg_query/pg_query.proto" "$SHA256_PG_QUERY_PROTO"
  install -m 644 "$(readlink -f "${library[0]}")" "$out/libpg_query.so"
  install -m 644 "$work/unpacked/usr/include/pg_query/pg_query.proto" "$out/pg_query.proto"
  install -m 644 "$work/unpacked/usr/share/doc/$PG_QUERY_RUNTIME/copyright" "$out/libpg_query.copyright"
}

build_sqlite() { # WORK OUT
  local work=$1 out=$2
  say "compiling SQLite $SQLITE_VERSION (about half a minute, once)"
  mkdir -p "$work/npm"
  (cd "$work/npm" && npm pack --silent "$SQLITE_PACKAGE") >"$work/npm.log" 2>&1 ||
    { cat "$work/npm.log" >&2; fail "npm could not fetch $SQLITE_PACKAGE (see above)."; }
  tar -xzf "$work"/npm/*.tgz -C "$work/npm" package/deps/sqlite3
  check_hash "$work/npm/package/deps/sqlite3/sqlite3.c" "$SHA256_SQLITE_C"
  patch -s -d "$work/npm/package/deps/sqlite3" -p1 <"$here/sqlite-page-cache.patch" >"$work/patch.log" 2>&1 ||
    { cat "$work/patch.log" >&2; fail "sqlite-page-cache.patch does not fit SQLite $SQLITE_VERSION (see above)."; }
  gcc "${SQLITE_CFLAGS[@]}" -s -o "$out/libe_sqlite3.so" "$work/npm/package/deps/sqlite3/sqlite3.c" "${SQLITE_LIBS[@]}" 2>"$work/gcc.log" ||
    { cat "$work/gcc.log" >&2; fail "gcc could not compile SQLite (see above). If headers are missing: sudo apt-get install libc6-dev"; }
  chmod 644 "$out/libe_sqlite3.so"
}

# One maker at a time; the others wait and then find the finished folder.
exec {lock}>"$cache_root/lock"
flock "$lock"
if ! up_to_date "$cache"; then
  need apt-get apt 'fetch libpg_query'
  need dpkg dpkg 'unpack libpg_query'
  need npm npm 'fetch the SQLite amalgamation'
  need patch patch 'compile SQLite'
  need gcc 'gcc libc6-dev' 'compile SQLite'
  need tar tar 'unpack the SQLite amalgamation'
  work=$(mktemp -d "$cache_root/work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/out"
  fetch_pg_query "$work" "$work/out"
  build_sqlite "$work" "$work/out"
  printf %s "$key" > "$work/out/key"
  rm -rf "$cache"
  mv "$work/out" "$cache"
fi

# Each file appears whole or not at all; the key comes last. A rename also leaves a running process its old library.
for f in "${FILES[@]}" key; do
  cp "$cache/$f" "$destination/.$f.$$"
  mv -f "$destination/.$f.$$" "$destination/$f"
done
