package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The usage lines and the bodies that parse do not drift apart. */
class GeneratedRequestsTest {
    private static final int REQUESTS = 300;

    @Test
    void no_body_refuses_the_syntax_its_usage_line_allows() {
        CommandTable table = new CommandTable();
        List<Command> commands = table.commands().stream()
                .flatMap(command -> Stream.concat(Stream.of(command), command.subcommands().stream()))
                .filter(command -> command.body() != null)
                .toList();
        for (Command command : commands) {
            long seed = command.name().hashCode();
            UsageGenerator generator = new UsageGenerator(new SplittableRandom(seed));
            KeyValueStateMachine machine = new KeyValueStateMachine();
            for (int i = 0; i < REQUESTS; i++) {
                Bytes[] words = generator.draw(command);
                assertTrue(
                        command.takes(words.length), () -> command + " seed " + seed + ": " + Arrays.toString(words));
                Reply reply = machine.apply(new Request(0, 2, Request.DEFAULT_USER, words), 1_000);
                assertFalse(isRefusal(reply), () -> "seed " + seed + ": " + Arrays.toString(words) + ": " + reply);
            }
        }
    }

    private static boolean isRefusal(Reply reply) {
        return reply instanceof Reply.Failure failure
                && (failure.text().endsWith("syntax error")
                        || failure.text().contains("wrong number of arguments")
                        || failure.text().contains("FIELDS is missing")
                        || failure.text().contains("must match the number of arguments")
                        || failure.text().contains("unknown argument")
                        || failure.text().contains("Unsupported option"));
    }
}
