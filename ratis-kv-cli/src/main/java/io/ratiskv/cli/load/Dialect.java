package io.ratiskv.cli.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;

/** How one connection asks for SET and GET and is answered. Confined to the thread of its client. */
interface Dialect {
    /** Appends what turns the bytes that come into {@link Reply}s, in the order of the requests. */
    void install(ChannelPipeline pipeline);

    /** Puts what is said before any request. @return whether it was anything; one reply comes then */
    boolean greet(ByteBuf out);

    /** Puts a request behind those before. */
    void encode(Operation operation, ByteBuf out);

    /**
     * An answer.
     *
     * @param error in the server's words; empty when it is OK
     * @param closes the connection takes no other request
     */
    record Reply(Outcome outcome, String error, boolean closes) {
        static final Reply OK = new Reply(Outcome.OK, "", false);
    }
}
