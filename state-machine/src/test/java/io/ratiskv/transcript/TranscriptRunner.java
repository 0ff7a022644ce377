package io.ratiskv.transcript;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.api.Reply;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/** Runs transcripts on a subject: a test for each section. Confined to one thread. */
public final class TranscriptRunner {
    /** The clock of sections that do not set it: a time of our days, in which absolute deadlines mean what they say. */
    private static final long USUAL_MILLIS = 1_700_000_000_000L;

    private TranscriptRunner() {}

    /** All transcripts there are. The subject is begun anew for each section, and not closed. */
    public static Stream<DynamicContainer> all(Subject subject) {
        return Transcript.NAMES.stream().map(name -> one(Transcript.load(name), subject));
    }

    private static DynamicContainer one(Transcript transcript, Subject subject) {
        return DynamicContainer.dynamicContainer(
                transcript.name(),
                transcript.sections().stream()
                        .map(section -> DynamicTest.dynamicTest(
                                section.title(), () -> run(transcript.name(), section, subject))));
    }

    private static void run(String file, Section section, Subject subject) throws IOException {
        String exclusion = section.exclusions().getOrDefault(subject.kind(), "");
        assumeTrue(exclusion.isEmpty(), exclusion);
        assumeFalse(section.setsClock() && !subject.keepsClock(), "sets the clock");

        subject.begin();
        long atMillis = USUAL_MILLIS;
        for (Line line : section.lines()) {
            atMillis = line.atMillis().orElse(atMillis);
            Reply reply = subject.call(atMillis, line.words());
            if (!line.expectation().isMetBy(reply)) {
                fail(file + ".txt:" + line.number() + "\n" + line.text() + "\nreplied: " + ReplyText.of(reply));
            }
        }
    }
}
