package io.ratiskv.deploy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/**
 * What a template of the chart would look like, without helm: both branches of each {@code if}, one turn of each {@code
 * range}, 1 for every value in a line, and blocks from values.yaml as they are. Enough to hold it against the schema.
 */
final class ChartShape {
    private static final Pattern CONTROL =
            Pattern.compile("\\s*\\{\\{-? *(if|with|range|else|end|define)\\b(.*?)-?}}\\s*");
    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*\\{\\{-? *\\$\\w+ *:=.*}}\\s*");
    private static final Pattern BLOCK =
            Pattern.compile("\\s*\\{\\{-? *(include \"[^\"]*\"|toYaml) (\\.\\S*) \\| nindent (\\d+) *}}\\s*");
    private static final Pattern INLINE = Pattern.compile("\\{\\{.*?}}");
    private static final Pattern VALUE = Pattern.compile("\\.Values((?:\\.\\w+)+)");

    private final Map<?, ?> values;

    ChartShape(Map<?, ?> values) {
        this.values = values;
    }

    /**
     * @throws IllegalArgumentException when a block is not closed or a value is not in values.yaml
     */
    String of(String template) {
        List<String> lines = new ArrayList<>();
        Deque<@Nullable Object> blocks = new ArrayDeque<>();
        for (String line : template.lines().toList()) {
            VALUE.matcher(line).results().forEach(used -> value(used.group(1)));
            Matcher control = CONTROL.matcher(line);
            if (control.matches()) {
                switch (control.group(1)) {
                    case "end" -> blocks.pop();
                    case "else" -> {}
                    default ->
                        blocks.push(shown(control.group(1), control.group(2).trim()));
                }
                continue;
            }
            if (blocks.contains(false) || ASSIGNMENT.matcher(line).matches()) continue;
            Matcher block = BLOCK.matcher(line);
            if (block.matches()) {
                indent(lines, block.group(1).equals("toYaml") ? block.group(2) : "", Integer.parseInt(block.group(3)));
            } else {
                lines.add(INLINE.matcher(line).replaceAll("1"));
            }
        }
        if (!blocks.isEmpty()) throw new IllegalArgumentException("a block is not closed:\n" + template);
        return String.join("\n", lines) + "\n";
    }

    /** A with of nothing shows nothing. */
    private boolean shown(String control, String subject) {
        if (!control.equals("with")) return true;
        Object value = value(subject.substring(".Values".length()));
        return !(value instanceof Collection<?> list && list.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty());
    }

    private void indent(List<String> lines, String value, int columns) {
        String text = value.startsWith(".Values")
                ? new Yaml().dumpAsMap(value(value.substring(".Values".length())))
                : "app.kubernetes.io/name: ratis-kv\n";
        text.lines().forEach(line -> lines.add(" ".repeat(columns) + line));
    }

    private Object value(String path) {
        @Nullable Object found = Deploy.at(values, (Object[]) path.substring(1).split("\\.", -1));
        if (found == null) throw new IllegalArgumentException(path + " is not in values.yaml");
        return found;
    }
}
