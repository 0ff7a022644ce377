package io.ratiskv.rest;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Components;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code GET /events}: the node's figures once a second, as
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">server-sent events</a>. Any thread.
 *
 * <p>One look at the node serves all who watch; while nobody does there is none. No thread waits for a viewer: one that
 * has not taken an event yet misses the next, and one that takes none for as long as a connection may idle is gone.
 */
final class EventsEndpoint {
    static final int VIEWERS_MAX = 32;

    private static final long INTERVAL_MILLIS = 1_000;
    private static final byte[] NOTHING = {};
    private static final byte[] BEGIN = "data: ".getBytes(StandardCharsets.US_ASCII);

    private final Supplier<byte[]> event;

    @GuardedBy("this")
    private final Set<Viewer> viewers = new LinkedHashSet<>();

    /** Whether a tick runs or is scheduled. */
    @GuardedBy("this")
    private boolean ticking;

    @GuardedBy("this")
    private boolean closed;

    /** The latest event while somebody watches. */
    @GuardedBy("this")
    private byte[] latest = NOTHING;

    /** @param event makes one, JSON that ends its only line; may wait a little for another thread */
    EventsEndpoint(Supplier<byte[]> event) {
        this.event = event;
    }

    /** @param admitted whether who asks still may */
    void handle(Request request, Response response, Callback callback, BooleanSupplier admitted) {
        Viewer viewer = new Viewer(response, callback, admitted);
        try {
            if (!request.getMethod().equals(Route.EVENTS.method())) throw RefusedException.method(Route.EVENTS);
            join(viewer, request.getComponents());
        } catch (RefusedException refused) {
            Refusing.begin(request, response, callback, refused);
        }
    }

    /** Ends all streams and begins no other. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        leaveAll(Viewer::end);
    }

    private void join(Viewer viewer, Components components) throws RefusedException {
        byte[] now;
        boolean first;
        synchronized (this) {
            if (closed) throw new RefusedException(503, "CLUSTERDOWN This node is shutting down");
            if (viewers.size() == VIEWERS_MAX) {
                throw new RefusedException(
                        503, "OVERLOADED " + VIEWERS_MAX + " viewers watch this node already; watch another one");
            }
            viewer.begin();
            viewers.add(viewer);
            now = latest;
            first = !ticking;
            ticking = true;
        }
        viewer.send(now);
        if (first) components.getExecutor().execute(() -> tick(components));
    }

    private void tick(Components components) {
        dismissed().forEach(Viewer::end);
        if (nobodyWatches()) return;
        byte[] frame;
        try {
            frame = frame(event.get());
        } catch (RuntimeException failure) {
            leaveAll(viewer -> viewer.callback.failed(failure));
            return;
        }
        for (Viewer viewer : show(frame)) viewer.send(frame);
        Executor threads = components.getExecutor();
        components
                .getScheduler()
                .schedule(() -> threads.execute(() -> tick(components)), INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes out who may watch no longer. */
    private synchronized List<Viewer> dismissed() {
        List<Viewer> dismissed = new ArrayList<>();
        for (Viewer viewer : viewers) {
            if (!viewer.admitted.getAsBoolean()) dismissed.add(viewer);
        }
        dismissed.forEach(viewers::remove);
        return dismissed;
    }

    /** The end of ticking when nobody watches. */
    private synchronized boolean nobodyWatches() {
        ticking = !viewers.isEmpty();
        if (!ticking) latest = NOTHING;
        return !ticking;
    }

    private synchronized List<Viewer> show(byte[] frame) {
        latest = frame;
        return List.copyOf(viewers);
    }

    private void leaveAll(Consumer<Viewer> ending) {
        List<Viewer> all;
        synchronized (this) {
            all = List.copyOf(viewers);
            viewers.clear();
            ticking = false;
            latest = NOTHING;
        }
        all.forEach(ending);
    }

    /** True for the first who asks: whoever takes a viewer out ends its exchange. */
    private synchronized boolean leaves(Viewer viewer) {
        return viewers.remove(viewer);
    }

    private static byte[] frame(byte[] json) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(BEGIN.length + json.length + 1);
        frame.writeBytes(BEGIN);
        frame.writeBytes(json);
        frame.write('\n');
        return frame.toByteArray();
    }

    /** One stream. Any thread; one write at a time. */
    private final class Viewer {
        private final Response response;
        private final Callback callback;
        private final BooleanSupplier admitted;

        /** An event is on its way and not taken yet. */
        private final AtomicBoolean writing = new AtomicBoolean();

        Viewer(Response response, Callback callback, BooleanSupplier admitted) {
            this.response = response;
            this.callback = callback;
            this.admitted = admitted;
        }

        void begin() {
            response.setStatus(200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            response.getHeaders().put("X-Accel-Buffering", "no"); // nginx would keep events back
        }

        /** Of nothing the headers go out alone, so that the viewer knows that it is admitted. */
        void send(byte[] frame) {
            if (!writing.compareAndSet(false, true)) return;
            response.write(false, ByteBuffer.wrap(frame), Callback.from(() -> writing.set(false), this::gone));
        }

        private void gone(Throwable why) {
            if (leaves(this)) callback.failed(why);
        }

        void end() {
            if (writing.compareAndSet(false, true)) response.write(true, ByteBuffer.allocate(0), callback);
            else callback.failed(new ClosedChannelException());
        }
    }
}
