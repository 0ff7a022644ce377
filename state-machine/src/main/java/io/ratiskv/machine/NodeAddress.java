package io.ratiskv.machine;

/**
 * Where clients reach a node, as it announced through the log when it opened its gateway. Immutable.
 *
 * @param respAddress {@code host:port}
 * @param httpAddress {@code host:port}
 */
public record NodeAddress(String node, String respAddress, String httpAddress) {}
