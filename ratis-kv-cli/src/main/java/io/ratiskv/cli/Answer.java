package io.ratiskv.cli;

import org.jspecify.annotations.Nullable;

/**
 * What came of one request. Immutable; any thread.
 *
 * @param node the address that answered, or that was asked last
 * @param body as it came; of our own making, in the same form, when no node answered
 * @param result of a command; the whole body of a report
 * @param error one line, in the words of the server where it has spoken; null exactly when the verdict is OK
 */
record Answer(
        Verdict verdict,
        String node,
        String body,
        Result result,
        @Nullable String error) {

    boolean good() {
        return verdict == Verdict.OK;
    }

    static Answer failed(Verdict verdict, String node, String error) {
        return new Answer(verdict, node, Json.failure(verdict, error), Result.Null.NULL, error);
    }

    /** What a node answered to {@code POST /command}. */
    static Answer ofCommand(String node, int status, String body, boolean reads) {
        Verdict verdict = Verdict.ofStatus(status, reads);
        if (!(Json.parse(body) instanceof Result.Struct answer)) return strange(node, status, reads);
        if (verdict != Verdict.OK) return new Answer(verdict, node, body, Result.Null.NULL, error(answer, status));
        Result result = answer.get("result");
        if (answer.get("encoding").plain().equals("base64")) {
            result = Json.decoded(result);
            if (result == null) return strange(node, status, reads);
        }
        return new Answer(Verdict.OK, node, body, result, null);
    }

    /** What a node answered to a GET. */
    static Answer ofReport(String node, int status, String body) {
        Verdict verdict = Verdict.ofStatus(status, /* reads= */ true);
        Result report = Json.parse(body);
        if (verdict == Verdict.OK) {
            if (report == null) return strange(node, status, /* reads= */ true);
            return new Answer(Verdict.OK, node, body, report, null);
        }
        String error = report instanceof Result.Struct object ? error(object, status) : "status " + status;
        return new Answer(verdict, node, body, report == null ? Result.Null.NULL : report, error);
    }

    private static String error(Result.Struct answer, int status) {
        for (String name : new String[] {"error", "reason"}) {
            String text = answer.get(name).plain();
            if (!text.isEmpty()) return text;
        }
        return "status " + status;
    }

    /** Something answers there that is not a node: it may have passed a write on. */
    private static Answer strange(String node, int status, boolean reads) {
        Verdict verdict =
                status >= 400 && status < 500 ? Verdict.REFUSED : reads ? Verdict.UNAVAILABLE : Verdict.UNKNOWN;
        return failed(verdict, node, node + " answered " + status + " and no JSON: is it a node's HTTP address?");
    }
}
