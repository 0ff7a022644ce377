package io.ratiskv.rest;

import java.util.Locale;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty refuses by itself, such as what is not HTTP, in the same form as every other error. Any thread. */
final class JsonErrors extends ErrorHandler {
    private final LongSupplier appliedIndex;

    JsonErrors(LongSupplier appliedIndex) {
        this.appliedIndex = appliedIndex;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(Doorman.RAFT_INDEX, appliedIndex.getAsLong());
        String error = String.valueOf(HttpStatus.getMessage(code));
        // What is the client's fault it is told; what is ours is in the log.
        if (code < 500 && cause instanceof HttpException refused && refused.getReason() != null) {
            error = error + ": " + refused.getReason();
        }
        Refusing.write(response, callback, new RefusedException(code, "ERR " + error.toLowerCase(Locale.ROOT)));
    }
}
