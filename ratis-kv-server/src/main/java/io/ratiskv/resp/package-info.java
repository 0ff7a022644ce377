/**
 * RESP2 and RESP3 on sockets: bytes to requests, replies to bytes, and the server that holds the connections. What a
 * request means is decided behind {@link io.ratiskv.resp.Conversation}.
 */
@NullMarked
package io.ratiskv.resp;

import org.jspecify.annotations.NullMarked;
