# shellcheck shell=bash
# Sourced by backup.sh and restore.sh: how the tools of PostgreSQL reach the database, with no password on any command line.

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || fail "$tool is not here: install postgresql-client of the server's version, or run in the image of postgres"
  done
}

decode_percent() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

# Sets the array `connection` for pg_dump, pg_restore and psql. The password of DATABASE_URL goes into PGPASSWORD, which other users of
# the host cannot read; without DATABASE_URL the variables of libpq say it all (postgresql.org/docs/current/libpq-envars.html).
connect_by_environment() {
  export PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10}
  connection=(--no-password)
  if [[ -z ${DATABASE_URL:-} ]]; then
    [[ -n ${PGDATABASE:-} ]] || fail 'Set DATABASE_URL, or PGDATABASE and the others of PGHOST, PGPORT, PGUSER and PGPASSWORD that are needed'
    connection+=("--dbname=$PGDATABASE")
    return
  fi
  [[ $DATABASE_URL =~ ^(postgres(ql)?://)(([^/@]*)@)?([^@]*)$ ]] ||
    fail 'DATABASE_URL is not a PostgreSQL URL; it looks like postgres://user:password@host:5432/name, signs such as @ / : in the password written as %40 %2F %3A'
  local scheme=${BASH_REMATCH[1]} user=${BASH_REMATCH[4]} rest=${BASH_REMATCH[5]}
  [[ $rest != *password=* ]] || fail 'DATABASE_URL has its password behind the question mark: write it as user:password@host'
  if [[ $user == *:* ]]; then
    PGPASSWORD=$(decode_percent "${user#*:}")
    export PGPASSWORD
    user=${user%%:*}
  fi
  # Whoever we start need not know it either.
  unset DATABASE_URL
  connection+=("--dbname=$scheme${user:+$user@}$rest")
}
