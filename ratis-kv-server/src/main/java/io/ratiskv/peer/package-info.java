/**
 * The links between nodes: the port {@code Peers} on gRPC. One stream per ordered pair of nodes, all of a process on one
 * event loop.
 */
@NullMarked
package io.ratiskv.peer;

import org.jspecify.annotations.NullMarked;
