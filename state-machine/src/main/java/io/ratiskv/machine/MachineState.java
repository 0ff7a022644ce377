package io.ratiskv.machine;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.script.Scripts;
import java.util.List;
import java.util.SortedMap;

/**
 * Everything in the state beside the databases. Immutable.
 *
 * @param index of the last entry applied
 * @param entries how many were applied
 * @param versions the highest version given
 * @param configuration replicated settings by name, the hash key among them
 * @param expiredFields of hashes, deleted because their deadline passed
 * @param evictedKeys to make room
 * @param nodes sorted by name
 * @param gateways sorted by epoch
 * @param users with their rules
 * @param sessions of clients that number their requests
 */
public record MachineState(
        long index,
        long logTimeMillis,
        int featureLevel,
        long entries,
        long versions,
        long expiredKeys,
        long expiredFields,
        long evictedKeys,
        SortedMap<String, Bytes> configuration,
        List<NodeAddress> nodes,
        List<GatewayState> gateways,
        Scripts.State scripts,
        UserTable users,
        ClientSessions.State sessions) {}
