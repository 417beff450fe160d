#!/bin/sh
# nats-server on the port of $KUBERNATS_CHAOS_NATS_PORT instead of the one in its configuration, which is left to a relay before it.
# The process is nats-server itself: what is done to its supervisor's child is done to the server.
if [ "$1" != -c ]; then exec "$KUBERNATS_CHAOS_NATS_SERVER" "$@"; fi
sed "s/^listen: .*/listen: \"127.0.0.1:$KUBERNATS_CHAOS_NATS_PORT\"/" "$2" >"$2.behind"
exec "$KUBERNATS_CHAOS_NATS_SERVER" -c "$2.behind"
