package io.ratiskv.rest;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The console: a page and its files, in the jar as they are. Stateless; any thread.
 *
 * <p>They need no password, because they hold nothing of the data: the page asks for it with the password that its user
 * types. Their headers keep the page from running or loading anything but these files, whatever a key or a value may
 * spell, and keep other pages from framing it.
 */
final class ConsoleFiles {
    static final String INDEX = "index.html";

    /** The name of the part of the path that is a file's name. */
    static final String NAME = "file";

    private static final Pattern FILE = Pattern.compile("[a-z-]+\\.(html|css|js|svg)");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Frame-Options",
            "DENY",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-cache");

    private ConsoleFiles() {}

    /** @throws NotFoundResponse when there is no such file */
    static void serve(Context context, String file) {
        Matcher known = FILE.matcher(file);
        byte[] bytes = known.matches() ? read(file) : null;
        String type = bytes == null ? null : TYPES.get(known.group(1));
        if (bytes == null || type == null) throw new NotFoundResponse();
        HEADERS.forEach(context::header);
        context.contentType(type).result(bytes);
    }

    private static byte @Nullable [] read(String file) {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream("console/" + file)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
