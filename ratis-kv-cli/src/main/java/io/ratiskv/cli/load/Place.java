package io.ratiskv.cli.load;

import java.net.InetSocketAddress;

/** A target and the one of its host's addresses that is used. Immutable; any thread. */
record Place(Target target, InetSocketAddress address) {}
