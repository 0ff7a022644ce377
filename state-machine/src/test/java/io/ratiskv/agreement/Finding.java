package io.ratiskv.agreement;

import io.ratiskv.transcript.Transcript;
import java.util.ArrayList;
import java.util.List;

/** A disagreement as a section of a transcript, to be put into its file. */
final class Finding {
    private Finding() {}

    /** The last exchange is the disagreement; what is expected is what Redis replied. */
    static String write(Scene scene, List<Step> steps, List<Exchange> exchanges) {
        List<String> requests = exchanges.stream()
                .map(exchange -> Transcript.spell(exchange.words()))
                .toList();
        int width =
                Math.min(60, requests.stream().mapToInt(String::length).max().orElse(0));
        List<String> lines = new ArrayList<>();
        boolean restores = steps.stream().anyMatch(Step.Restore.class::isInstance);
        lines.add("# " + scene + (restores ? ", the library restored on the way" : ""));
        for (int i = 0; i < exchanges.size(); i++) {
            lines.add(padded(requests.get(i), width) + " => " + exchanges.get(i).theirText());
        }
        lines.add("# the library:".concat(" ".repeat(Math.max(0, width - 14))) + " => "
                + exchanges.getLast().ourText());
        return String.join("\n", lines);
    }

    private static String padded(String request, int width) {
        return request + " ".repeat(Math.max(0, width - request.length()));
    }
}
