#!/usr/bin/env bash
# Restores a backup of backup.sh into an empty database, and its photos into an empty folder. All or nothing: on exit code 1 the database is
# as it was. See "Backup and restore" in docs/operations.md.
#
#   restore.sh <folder of the backup> [--replace-everything]
#
#   DATABASE_URL, or PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE: the database to fill, whose owner this is
#   BACKUP_PHOTOS, STORAGE_TYPE, STORAGE_BASE_PATH   as for backup.sh
#   --replace-everything   whatever is in the database, and the photos there, are deleted for it
set -euo pipefail
umask 077

# shellcheck source=deploy/database-connection.sh
source "$(dirname "${BASH_SOURCE[0]}")/database-connection.sh"

backup=${1:-}
replace=${2:-}
storage=${STORAGE_BASE_PATH:-./storage}

ask() {
  psql "${connection[@]}" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --command "$1"
}

check_arguments() {
  [[ -n $backup && $# -le 2 && (-z $replace || $replace == --replace-everything) ]] ||
    fail 'Usage: restore.sh <folder of the backup> [--replace-everything]'
  [[ -f $backup/SHA256SUMS && -f $backup/database.dump ]] || fail "$backup is no backup of backup.sh"
  (cd "$backup" && grep -q ' database.dump$' SHA256SUMS && sha256sum -c SHA256SUMS >/dev/null 2>&1) ||
    fail "$backup is damaged: its files are not those that its SHA256SUMS names. Nothing was changed; take another backup"
}

check_database() {
  local tables others
  tables=$(ask "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')") ||
    fail 'The database cannot be reached. Nothing was changed'
  [[ $tables == 0 || -n $replace ]] ||
    fail "The database is not empty. Nothing was changed; make a new one (createdb), or add --replace-everything to delete what is in it"
  # The type of another role's backend is shown to few; its role to all, and only PostgreSQL's own processes have none.
  others=$(ask "select string_agg(distinct coalesce(nullif(application_name, ''), 'unnamed'), ', ') from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid() and usename is not null
                   and coalesce(backend_type, 'client backend') = 'client backend'")
  [[ -z $others ]] || fail "Others are connected to the database ($others). Nothing was changed; stop them first"
}

has_photos() {
  [[ -f $backup/photos.tar && ${BACKUP_PHOTOS:-on} == on && ${STORAGE_TYPE:-local} == local ]]
}

# Beside their place, so that a disk that is full says so before the database is changed.
unpack_photos() {
  [[ -d $storage ]] || fail "$storage is not there: set STORAGE_BASE_PATH to where photos are to be (mount it), or BACKUP_PHOTOS=off. Nothing was changed"
  if [[ -z $replace && -n $(find "$storage/inputs" -type f -print -quit 2>/dev/null) ]]; then
    fail "There are photos in $storage/inputs. Nothing was changed; move them away, or add --replace-everything to delete them"
  fi
  unpacked="$storage/.restoring-$$"
  mkdir "$unpacked"
  tar -xpf "$backup/photos.tar" -C "$unpacked" || fail 'The photos cannot be unpacked. Nothing was changed'
}

# The transaction ends with a commit only where all of the dump came out; at the end of its input psql takes back what is open.
write_statements() {
  echo 'begin;'
  [[ -z $replace ]] || cat <<'SQL'
set local lock_timeout = '10s';
set local client_min_messages = warning;
do $$
declare v_schema name;
begin
  for v_schema in select nspname from pg_namespace where nspname <> 'information_schema' and nspname !~ '^pg_' loop
    execute format('drop schema %I cascade', v_schema);
  end loop;
end $$;
create schema public;
grant usage on schema public to public;
SQL
  pg_restore --no-owner --no-privileges --file=- "$backup/database.dump" || return 1
  echo 'commit;'
}

restore_database() {
  write_statements |
    psql "${connection[@]}" --no-psqlrc --quiet --set ON_ERROR_STOP=1 --output=/dev/null ||
    fail 'The database could not be restored. Nothing was changed'
}

# What no row names was removed while the backup was made, or came after it: without a row it would stay for ever.
place_photos() {
  local path
  ask 'select path from stored_photos' >"$unpacked/named" || return 1
  (cd "$unpacked" && find inputs -type f) >"$unpacked/all" || return 1
  while IFS= read -r path; do
    rm -f -- "$unpacked/$path" || return 1
  done < <(grep -vxFf "$unpacked/named" "$unpacked/all")
  rm -rf -- "$storage/inputs" && mv -- "$unpacked/inputs" "$storage/inputs"
}

need psql pg_restore sha256sum tar
check_arguments "$@"
connect_by_environment
check_database
unpacked=
trap '[[ -z $unpacked ]] || rm -rf -- "$unpacked"' EXIT
if has_photos; then unpack_photos; fi
restore_database
if [[ -n $unpacked ]]; then
  place_photos || fail "The database is restored, but not the photos: unpack $backup/photos.tar in $storage by hand"
fi
ask 'analyze' || true
echo "restore.sh: $backup is restored. Now: npm run migrate, then npm run audit, and what docs/operations.md says before the roles start"
