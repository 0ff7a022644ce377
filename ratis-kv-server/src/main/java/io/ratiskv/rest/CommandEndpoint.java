package io.ratiskv.rest;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.replication.ReadLevel;
import io.ratiskv.session.Errand;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /command}. Any thread.
 *
 * <p>No thread waits for anything: the body is read as it comes, the commands go to the event loop, which batches them
 * with those of connections, and it is the event loop that writes the answer, or as much of it as the socket takes; a
 * long answer is made on a thread of the server.
 */
final class CommandEndpoint {
    static final String READ_CONSISTENCY = "X-Read-Consistency";

    private static final RefusedException CLOSING =
            new RefusedException(503, "CLUSTERDOWN This node is shutting down; nothing was written");

    /** A longer body is not parsed on the thread that finds requests. */
    private static final int LONG_BYTES = 64 * 1024;

    private static final int KEY_LENGTH_MAX = 255;

    private final Commands commands;
    private final LongSupplier appliedIndex;
    private final RestSettings settings;

    /** Bytes of bodies that are not answered yet. */
    private final AtomicLong heldBytes = new AtomicLong();

    /** Requests that are not answered yet, and one more until {@link #drain}. */
    private final AtomicLong underWay = new AtomicLong(1);

    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closing;

    CommandEndpoint(Commands commands, LongSupplier appliedIndex, RestSettings settings) {
        this.commands = commands;
        this.appliedIndex = appliedIndex;
        this.settings = settings;
    }

    /** Refuses what comes from now on; completes when all before it is answered. */
    CompletableFuture<Void> drain() {
        if (!closing) {
            closing = true;
            ended();
        }
        return drained;
    }

    private void ended() {
        if (underWay.decrementAndGet() == 0) drained.complete(null);
    }

    void handle(Request request, Response response, Callback callback, Bytes user) {
        try {
            ReadLevel reads = admit(request);
            underWay.incrementAndGet();
            new Exchange(request, response, callback, reads, user).run();
        } catch (RefusedException refused) {
            Refusing.begin(request, response, callback, refused);
        }
    }

    /** @return what its reads may see */
    private ReadLevel admit(Request request) throws RefusedException {
        if (closing) throw CLOSING;
        if (!request.getMethod().equals(Route.COMMAND.method())) {
            throw RefusedException.method(Route.COMMAND);
        }
        if (!isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            throw new RefusedException(
                    415, "ERR the body must be JSON: send the header Content-Type: application/json");
        }
        if (request.getHeaders().get(HttpHeader.CONTENT_ENCODING) != null) {
            throw new RefusedException(415, "ERR the body must not be compressed");
        }
        if (request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > settings.bodyBytesMax()) throw tooLarge();
        return readLevel(request.getHeaders().get(READ_CONSISTENCY));
    }

    /** @param consistency what the header says; null for none */
    static ReadLevel readLevel(@Nullable String consistency) throws RefusedException {
        if (consistency == null) return ReadLevel.LINEARIZABLE;
        ReadLevel level = ReadLevel.parse(List.of(consistency.strip().split("\\s+", -1)));
        if (level == null) throw new RefusedException(400, "ERR " + READ_CONSISTENCY + " must be " + ReadLevel.USAGE);
        return level;
    }

    /** A page of another origin can not send this type without asking first, as it can send forms and plain text. */
    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) return false;
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        if (!type.strip().equalsIgnoreCase(Refusing.JSON)) return false;
        if (semicolon < 0) return true;
        String parameter = contentType.substring(semicolon + 1).strip().toLowerCase(Locale.ROOT);
        return parameter.isEmpty() || parameter.equals("charset=utf-8") || parameter.equals("charset=\"utf-8\"");
    }

    /** What the client calls a request that it may send again; empty without the header. */
    private static Bytes idempotencyKey(Request request) throws RefusedException {
        String key = request.getHeaders().get("Idempotency-Key");
        if (key == null) return Bytes.EMPTY;
        if (key.length() > KEY_LENGTH_MAX) {
            throw new RefusedException(400, "ERR Idempotency-Key must have at most " + KEY_LENGTH_MAX + " characters");
        }
        return Bytes.of(key);
    }

    private RefusedException tooLarge() {
        return new RefusedException(
                413,
                "ERR the body is larger than " + settings.bodyBytesMax() + " bytes, the limit of http-max-body-bytes");
    }

    /** One request until its answer is written. One thread at a time. */
    private final class Exchange implements Invocable.Task {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final ReadLevel reads;
        private final Bytes user;
        private @Nullable ByteArrayOutputStream body;
        private long held;

        Exchange(Request request, Response response, Callback callback, ReadLevel reads, Bytes user) {
            this.request = request;
            this.response = response;
            this.callback = callback;
            this.reads = reads;
            this.user = user;
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        /** Reads what is there of the body. */
        @Override
        public void run() {
            try {
                read();
            } catch (RefusedException refused) {
                Refusing.begin(request, response, ending(), refused);
            } catch (RuntimeException failure) {
                ending().failed(failure);
            }
        }

        private void read() throws RefusedException {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    ending().failed(chunk.getFailure());
                    return;
                }
                boolean last = chunk.isLast();
                byte[] bytes = new byte[chunk.remaining()];
                chunk.getByteBuffer().get(bytes);
                chunk.release();
                hold(bytes.length);
                if (last && body == null) {
                    received(bytes);
                    return;
                }
                if (body == null) body = new ByteArrayOutputStream(Math.max(1024, 2 * bytes.length));
                body.writeBytes(bytes);
                if (last) {
                    received(body.toByteArray());
                    return;
                }
            }
        }

        private void hold(int bytes) throws RefusedException {
            held += bytes;
            long all = heldBytes.addAndGet(bytes);
            if (held > settings.bodyBytesMax()) throw tooLarge();
            if (all > settings.heldBytesMax()) {
                throw new RefusedException(
                        503, "OVERLOADED Too many bytes of requests are pending on this node; nothing was written");
            }
        }

        private void received(byte[] bytes) throws RefusedException {
            body = null;
            if (bytes.length > LONG_BYTES) executor().execute(() -> parse(bytes));
            else submit(bytes);
        }

        private void parse(byte[] bytes) {
            try {
                submit(bytes);
            } catch (RefusedException refused) {
                Refusing.begin(request, response, ending(), refused);
            } catch (RuntimeException failure) {
                ending().failed(failure);
            }
        }

        private void submit(byte[] bytes) throws RefusedException {
            CommandOrder order = CommandBody.parse(bytes, settings.wordBytesMax());
            Bytes key = idempotencyKey(request);
            // How long it takes is the cluster's business, and bounded by the request time-out.
            request.addIdleTimeoutListener(timeout -> false);
            String client = Request.getRemoteAddr(request) + ":" + Request.getRemotePort(request);
            commands.visit(
                    new Errand(
                            order.requests(),
                            order.atomic(),
                            reads,
                            key,
                            user,
                            client,
                            settings.host() + ":" + settings.port(),
                            request.getHeaders().get("traceparent")),
                    reply -> answered(order, reply));
        }

        private void answered(CommandOrder order, Reply reply) {
            if (CommandAnswer.isLong(reply)) {
                executor().execute(() -> answer(order, reply));
            } else {
                answer(order, reply);
            }
        }

        private Executor executor() {
            return request.getComponents().getExecutor();
        }

        private void answer(CommandOrder order, Reply reply) {
            Callback ending = ending();
            try {
                CommandAnswer answer = CommandAnswer.of(reply, order.base64(), order.atomic());
                response.setStatus(answer.status());
                response.getHeaders().put(Doorman.RAFT_INDEX, appliedIndex.getAsLong());
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, Refusing.JSON);
                response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
                if (answer.retryable()) response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
                response.write(true, ByteBuffer.wrap(answer.body()), ending);
            } catch (RuntimeException failure) {
                ending.failed(failure);
            }
        }

        private Callback ending() {
            return Callback.from(callback, () -> {
                heldBytes.addAndGet(-held);
                ended();
            });
        }
    }
}
