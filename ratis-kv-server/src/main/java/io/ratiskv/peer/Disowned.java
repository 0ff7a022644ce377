package io.ratiskv.peer;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** How the end of a stream says that the other node is no member, and by which configuration. Stateless. */
final class Disowned {
    private static final Metadata.Key<String> CONFIGURATION =
            Metadata.Key.of("ratiskv-configuration", Metadata.ASCII_STRING_MARSHALLER);

    private Disowned() {}

    static Metadata trailers(long index) {
        Metadata trailers = new Metadata();
        trailers.put(CONFIGURATION, Long.toString(index));
        return trailers;
    }

    /** Index of the configuration; null when the stream ended for another reason. */
    static @Nullable Long index(Throwable error) {
        @Nullable Metadata trailers = Status.trailersFromThrowable(error);
        if (trailers == null || Status.fromThrowable(error).getCode() != Status.Code.PERMISSION_DENIED) return null;
        @Nullable String index = trailers.get(CONFIGURATION);
        try {
            return index == null ? null : Long.valueOf(index);
        } catch (NumberFormatException ofALaterVersion) {
            return null;
        }
    }
}
