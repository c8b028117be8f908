#!/usr/bin/env bash
# One backup: the database and, where they are in a folder, the photos. Exit code 0: it is there and was read back; 1: it is not, and the
# earlier ones are as they were. See "Backup and restore" in docs/operations.md.
#
#   DATABASE_URL, or PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE
#   BACKUP_PATH         where backups lie, one folder each                        (./backups)
#   BACKUP_KEPT_COUNT   how many of the newest stay                               (14)
#   BACKUP_PHOTOS       on or off                                                 (on)
#   STORAGE_TYPE, STORAGE_BASE_PATH   as the application has them                 (local, ./storage)
set -euo pipefail
# It holds personal data: for whoever runs this, and for nobody else.
umask 077

# shellcheck source=deploy/database-connection.sh
source "$(dirname "${BASH_SOURCE[0]}")/database-connection.sh"

backups=${BACKUP_PATH:-./backups}
kept_count=${BACKUP_KEPT_COUNT:-14}
storage=${STORAGE_BASE_PATH:-./storage}

has_photos() {
  [[ ${BACKUP_PHOTOS:-on} == on && ${STORAGE_TYPE:-local} == local ]]
}

check_settings() {
  [[ $kept_count =~ ^[1-9][0-9]{0,3}$ ]] || fail 'BACKUP_KEPT_COUNT is a number from 1 to 9999'
  [[ ${BACKUP_PHOTOS:-on} =~ ^(on|off)$ ]] || fail 'BACKUP_PHOTOS is on or off'
  [[ ${STORAGE_TYPE:-local} =~ ^(local|s3)$ ]] || fail 'STORAGE_TYPE is local or s3'
  if has_photos && [[ ! -d $storage/inputs ]]; then
    fail "The photos are not in $storage/inputs: set STORAGE_BASE_PATH to where they are (mount it), or BACKUP_PHOTOS=off"
  fi
  mkdir -p "$backups" || fail "$backups cannot be made"
}

# Held until this process ends, however it ends.
take_lock() {
  exec 9>"$backups/.lock"
  flock --nonblock 9 || fail "Another backup into $backups is running"
}

# The queues are left out: they are rebuilt from the rows, and what they held has no meaning later.
dump_database() {
  pg_dump "${connection[@]}" --format=custom --exclude-schema=bullmq --lock-wait-timeout=60000 --file="$1" ||
    fail 'pg_dump failed: no backup was made'
  # Reads all of it, as a restore would.
  pg_restore --file=/dev/null "$1" || fail 'The dump cannot be read back: no backup was made'
  local contents
  contents=$(pg_restore --list "$1")
  [[ $contents == *'TABLE DATA public credits_history '* && $contents == *'TABLE DATA public users '* ]] ||
    fail 'The database holds no Neurocards: no backup was made'
}

# After the database, so that no row of the backup names a photo that came too late for it. A photo that is removed meanwhile is wanted by
# nobody; tar says so with 1.
pack_photos() {
  local code=0
  tar -cf "$1" -C "$storage" inputs 2>/dev/null || code=$?
  [[ $code -le 1 ]] || fail "The photos in $storage/inputs could not be packed (tar: $code): no backup was made"
  tar -tf "$1" >/dev/null || fail 'The packed photos cannot be read back: no backup was made'
}

name_of_now() {
  printf 'neurocards-%s' "$(date -u +%Y%m%dT%H%M%SZ)"
}

# All but the newest, and never the one just made, whatever the clock says.
remove_old() {
  local made=$1 path kept=1
  while IFS= read -r path; do
    [[ $path != "$made" ]] || continue
    kept=$((kept + 1))
    [[ $kept -le $kept_count ]] || rm -rf -- "$path"
  done < <(find "$backups" -mindepth 1 -maxdepth 1 -type d -name 'neurocards-????????T??????Z' | sort -r)
}

need pg_dump pg_restore flock sha256sum tar
check_settings
connect_by_environment
take_lock

# Of a run that was killed; nobody else is here.
rm -rf -- "$backups"/.making-*
making="$backups/.making-$$"
trap 'rm -rf -- "$making"' EXIT
mkdir "$making"

dump_database "$making/database.dump"
if has_photos; then pack_photos "$making/photos.tar"; fi
(cd "$making" && sha256sum -- * >SHA256SUMS)
sync -- "$making"/* "$making" 2>/dev/null || sync

made="$backups/$(name_of_now)"
if [[ -e $made ]]; then
  sleep 1
  made="$backups/$(name_of_now)"
fi
mv -- "$making" "$made"
sync -- "$backups" 2>/dev/null || sync
remove_old "$made"
printf 'backup.sh: %s, %s\n' "$made" "$(du -sh "$made" | cut -f1)"
