#!/bin/sh
# Starts Alertmanager, which reads no environment: the chat goes into a copy of its configuration, the token into a file beside it.
set -eu

fail() {
  echo "$1" >&2
  exit 1
}

folder=${TMPDIR:-/tmp}
[ -n "${ALERTS_BOT_TOKEN:-}" ] || fail 'Set ALERTS_BOT_TOKEN in .env: the token of the bot that brings alerts'
case "${ALERTS_CHAT_ID:-}" in
  '' | *[!0-9-]*) fail 'Set ALERTS_CHAT_ID in .env: the number of the chat that alerts go to' ;;
esac

umask 077
printf %s "$ALERTS_BOT_TOKEN" >"$folder/alerts-bot-token"
sed -e "s|bot_token_file: .*|bot_token_file: $folder/alerts-bot-token|" -e "s|chat_id: .*|chat_id: $ALERTS_CHAT_ID|" \
  "$(dirname "$0")/alertmanager.yml" >"$folder/alertmanager.yml"
unset ALERTS_BOT_TOKEN
exec alertmanager --config.file="$folder/alertmanager.yml" --storage.path=/alertmanager --cluster.listen-address=
