package io.ratiskv.rest;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A reply as status and JSON. Immutable; any thread.
 *
 * <p>{@code {"success":true,"result":…,"error":null}}, with {@code "encoding":"base64"} when every string in the result
 * is in base64: because it was asked for, or because one of them is not UTF-8.
 *
 * @param status 200, or what the error's code means to an HTTP client
 */
record CommandAnswer(int status, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int SMALL_BYTES = 256;

    /** More than this is turned into JSON off the event loop. */
    private static final long LONG_BYTES = 64 * 1024;

    private static final long ELEMENT_BYTES = 16;

    /** @param batch the reply is an array with one reply for each request of an atomic batch */
    static CommandAnswer of(Reply reply, boolean base64, boolean batch) {
        if (reply instanceof Reply.Failure failure) return error(statusOf(failure.code()), failure.text());
        boolean encoded = base64 || !isText(reply);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(SMALL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            Writer writer = new Writer(json, encoded);
            json.writeStartObject();
            json.writeBooleanProperty("success", true);
            json.writeName("result");
            if (batch && reply instanceof Reply.Array array) writer.outcomes(array.elements());
            else writer.value(reply);
            json.writeNullProperty("error");
            if (encoded) json.writeStringProperty("encoding", "base64");
            json.writeEndObject();
        }
        bytes.write('\n');
        return new CommandAnswer(200, bytes.toByteArray());
    }

    /** @param error in Redis' form: the first word is the code */
    static CommandAnswer error(int status, String error) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(SMALL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeBooleanProperty("success", false);
            json.writeNullProperty("result");
            json.writeStringProperty("error", error);
            json.writeEndObject();
        }
        bytes.write('\n');
        return new CommandAnswer(status, bytes.toByteArray());
    }

    /** Whether the client may send the same request again: nothing happened, and never will. */
    boolean retryable() {
        return status == 503;
    }

    /** What an error's code means: the client's fault, no right, nothing happened, or nobody knows. */
    static int statusOf(String code) {
        return switch (code) {
            case "NOAUTH", "WRONGPASS" -> 401;
            case "NOPERM" -> 403;
            case "CLUSTERDOWN",
                    "TRYAGAIN",
                    "LOADING",
                    "OVERLOADED",
                    "READONLY",
                    "MOVED",
                    "MASTERDOWN",
                    "BUSY",
                    "OOM",
                    "MISCONF" -> 503;
            case "MISMATCH", "NOREPLY", "NOSESSION" -> 409;
            case "UNKNOWN" -> 504;
            default -> 400;
        };
    }

    /** True of a reply so long that turning it into JSON would hold up others on the event loop. */
    static boolean isLong(Reply reply) {
        return bytes(reply, 0) > LONG_BYTES;
    }

    /** About how long it is as JSON; no further than beyond the limit. */
    private static long bytes(Reply reply, long before) {
        return switch (reply) {
            case Reply.Bulk bulk -> before + bulk.value().length();
            case Reply.Verbatim verbatim -> before + verbatim.text().length();
            case Reply.Array array -> bytes(array.elements(), before);
            case Reply.Map map -> bytes(map.keysAndValues(), before);
            case Reply.Set set -> bytes(set.elements(), before);
            case Reply.Push push -> bytes(push.elements(), before);
            case Reply.Simple s -> before;
            case Reply.Failure f -> before;
            case Reply.Int i -> before;
            case Reply.Null n -> before;
            case Reply.Decimal d -> before;
            case Reply.Bool b -> before;
            case Reply.BigNumber n -> before;
            case Reply.Blocked blocked -> bytes(blocked.refused(), before);
        };
    }

    private static long bytes(List<Reply> elements, long before) {
        long sum = before + elements.size() * ELEMENT_BYTES;
        for (int i = 0; i < elements.size() && sum <= LONG_BYTES; i++) {
            sum = bytes(elements.get(i), sum);
        }
        return sum;
    }

    private static boolean isText(Reply reply) {
        return switch (reply) {
            case Reply.Bulk bulk -> isText(bulk.value());
            case Reply.Verbatim verbatim -> isText(verbatim.text());
            case Reply.Array array -> areText(array.elements());
            case Reply.Map map -> areText(map.keysAndValues());
            case Reply.Set set -> areText(set.elements());
            case Reply.Push push -> areText(push.elements());
            case Reply.Simple s -> true;
            case Reply.Failure f -> true;
            case Reply.Int i -> true;
            case Reply.Null n -> true;
            case Reply.Decimal d -> true;
            case Reply.Bool b -> true;
            case Reply.BigNumber n -> true;
            case Reply.Blocked blocked -> isText(blocked.refused());
        };
    }

    private static boolean isText(Bytes bytes) {
        return Utf8.isValid(bytes.array(), bytes.offset(), bytes.length());
    }

    private static boolean areText(List<Reply> elements) {
        for (Reply element : elements) {
            if (!isText(element)) return false;
        }
        return true;
    }

    /** Writes replies as values of JSON. */
    private record Writer(JsonGenerator json, boolean base64) {

        void outcomes(List<Reply> replies) {
            json.writeStartArray();
            for (Reply reply : replies) {
                boolean failed = reply instanceof Reply.Failure;
                json.writeStartObject();
                json.writeBooleanProperty("success", !failed);
                json.writeName("result");
                if (failed) json.writeNull();
                else value(reply);
                json.writeName("error");
                if (reply instanceof Reply.Failure failure) json.writeString(failure.text());
                else json.writeNull();
                json.writeEndObject();
            }
            json.writeEndArray();
        }

        void value(Reply reply) {
            switch (reply) {
                case Reply.Simple simple -> text(simple.text());
                case Reply.Bulk bulk -> string(bulk.value());
                case Reply.Verbatim verbatim -> string(verbatim.text());
                case Reply.Int integer -> json.writeNumber(integer.value());
                case Reply.BigNumber number -> json.writeNumber(number.digits());
                case Reply.Decimal decimal -> decimal(decimal.value());
                case Reply.Bool bool -> json.writeBoolean(bool.value());
                case Reply.Null none -> json.writeNull();
                case Reply.Array array -> array(array.elements());
                case Reply.Set set -> array(set.elements());
                case Reply.Push push -> array(push.elements());
                case Reply.Map map -> map(map.keysAndValues());
                case Reply.Blocked blocked -> value(blocked.refused());
                case Reply.Failure failure -> {
                    // An error inside a reply, as EXEC's have them.
                    json.writeStartObject();
                    json.writeStringProperty("error", failure.text());
                    json.writeEndObject();
                }
            }
        }

        private void array(List<Reply> elements) {
            json.writeStartArray();
            elements.forEach(this::value);
            json.writeEndArray();
        }

        private void map(List<Reply> keysAndValues) {
            json.writeStartObject();
            for (int i = 0; i + 1 < keysAndValues.size(); i += 2) {
                json.writeName(name(keysAndValues.get(i)));
                value(keysAndValues.get(i + 1));
            }
            json.writeEndObject();
        }

        /** JSON names are strings; RESP3's keys may be anything. */
        private String name(Reply key) {
            return switch (key) {
                case Reply.Bulk bulk ->
                    base64 ? encoded(bulk.value()) : bulk.value().utf8();
                case Reply.Verbatim v -> base64 ? encoded(v.text()) : v.text().utf8();
                case Reply.Simple simple -> name(simple.text());
                case Reply.Int integer -> name(Long.toString(integer.value()));
                case Reply.Decimal decimal -> name(Double.toString(decimal.value()));
                case Reply.Bool bool -> name(Boolean.toString(bool.value()));
                case Reply.BigNumber number -> name(number.digits());
                case Reply.Null none -> name("null");
                case Reply.Failure failure -> name(failure.text());
                case Reply.Array a -> name(a.toString());
                case Reply.Set s -> name(s.toString());
                case Reply.Push p -> name(p.toString());
                case Reply.Map m -> name(m.toString());
                case Reply.Blocked b -> name(b.refused());
            };
        }

        private String name(String text) {
            return base64 ? encoded(Bytes.of(text)) : text;
        }

        /** JSON knows no infinity. */
        private void decimal(double value) {
            if (Double.isFinite(value)) json.writeNumber(value);
            else text(Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
        }

        private void text(String text) {
            if (base64) json.writeString(encoded(Bytes.of(text)));
            else json.writeString(text);
        }

        private void string(Bytes bytes) {
            if (base64) json.writeString(encoded(bytes));
            else json.writeUTF8String(bytes.array(), bytes.offset(), bytes.length());
        }

        private static String encoded(Bytes bytes) {
            return new String(Base64.getEncoder().encode(bytes.toByteArray()), StandardCharsets.ISO_8859_1);
        }
    }
}
