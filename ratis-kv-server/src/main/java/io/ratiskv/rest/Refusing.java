package io.ratiskv.rest;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Answers a request that is not begun. One thread at a time.
 *
 * <p>The body is read to its end and dropped before the answer is written: a client that still sends would lose the
 * answer to the reset of its connection (RFC 9112, section 9.6). A client that asked before it sends
 * (Expect: 100-continue) is answered at once, one that sends far too much is cut off.
 */
final class Refusing implements Invocable.Task {
    static final String JSON = "application/json";

    private static final long DROPPED_BYTES_MAX = 16 << 20;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final RefusedException refusal;
    private long droppedBytes;

    private Refusing(Request request, Response response, Callback callback, RefusedException refusal) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.refusal = refusal;
    }

    static void begin(Request request, Response response, Callback callback, RefusedException refusal) {
        Refusing refusing = new Refusing(request, response, callback, refusal);
        if (request.getHeaders().contains(HttpHeader.EXPECT)) write(response, callback, refusal);
        else refusing.run();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** Drops what is there of the body. */
    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                callback.failed(chunk.getFailure());
                return;
            }
            droppedBytes += chunk.remaining();
            boolean last = chunk.isLast();
            chunk.release();
            if (last || droppedBytes > DROPPED_BYTES_MAX) {
                write(response, callback, refusal);
                return;
            }
        }
    }

    /** The answer alone. */
    static void write(Response response, Callback callback, RefusedException refusal) {
        switch (refusal.status()) {
            case 401 ->
                response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"ratis-kv\", charset=\"UTF-8\"");
            case 429, 503 -> response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
            default -> {}
        }
        if (refusal.allow() != null) response.getHeaders().put(HttpHeader.ALLOW, refusal.allow());
        CommandAnswer answer = CommandAnswer.error(refusal.status(), refusal.error());
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }
}
