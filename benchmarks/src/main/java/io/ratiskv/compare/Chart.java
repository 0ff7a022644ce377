package io.ratiskv.compare;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lines over places that stand side by side, as an SVG picture whose height is a logarithmic scale: equal factors are
 * equally high, so that growth by a power is a straight line. Stateless; any thread.
 */
final class Chart {
    private static final int LEFT = 64;
    private static final int WIDTH = 420;
    private static final int TOP = 12;
    private static final int HEIGHT = 220;
    private static final List<String> COLORS = List.of("#0969da", "#bc4c00", "#1a7f37", "#8250df");

    private Chart() {}

    /**
     * @param places names below the picture
     * @param lines a value for each place, by the name of the line; NaN where there is none, else more than 0
     */
    static String svg(String title, List<String> places, Map<String, double[]> lines) {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (double[] values : lines.values()) {
            for (double value : values) {
                if (Double.isNaN(value)) continue;
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
        }
        int bottom = (int) Math.floor(Math.log10(least));
        int top = Math.max(bottom + 1, (int) Math.ceil(Math.log10(most)));
        Formatter svg = new Formatter(Locale.ROOT);
        svg.format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                LEFT + WIDTH + 16, TOP + HEIGHT + 40 + 18 * lines.size(), Table.escaped(title));
        for (int power = bottom; power <= top; power++) {
            double y = height(power, bottom, top);
            svg.format("<path class=\"grid\" d=\"M%d %.1fh%d\"/>", LEFT, y, WIDTH);
            svg.format("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n", LEFT - 6, y + 4, power(power));
        }
        for (int place = 0; place < places.size(); place++) {
            svg.format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    across(place, places.size()), TOP + HEIGHT + 18, Table.escaped(places.get(place)));
        }
        int number = 0;
        for (Map.Entry<String, double[]> line : lines.entrySet()) {
            String color = COLORS.get(number % COLORS.size());
            draw(svg, line.getValue(), color, bottom, top);
            int y = TOP + HEIGHT + 40 + 18 * number++;
            svg.format("<path stroke=\"%s\" stroke-width=\"3\" d=\"M%d %dh20\"/>", color, LEFT, y - 4);
            svg.format("<text x=\"%d\" y=\"%d\">%s</text>%n", LEFT + 28, y, Table.escaped(line.getKey()));
        }
        return svg.format("</svg>%n").toString();
    }

    private static void draw(Formatter svg, double[] values, String color, int bottom, int top) {
        StringBuilder path = new StringBuilder();
        for (int place = 0; place < values.length; place++) {
            if (Double.isNaN(values[place])) continue;
            double x = across(place, values.length);
            double y = height(Math.log10(values[place]), bottom, top);
            path.append(path.isEmpty() ? 'M' : 'L')
                    .append(Math.round(x))
                    .append(' ')
                    .append(Math.round(y));
            svg.format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, color);
        }
        svg.format("<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" d=\"%s\"/>%n", color, path);
    }

    private static double across(int place, int places) {
        return LEFT + WIDTH * (place + 0.5) / places;
    }

    private static double height(double power, int bottom, int top) {
        return TOP + HEIGHT * (top - power) / (top - bottom);
    }

    private static String power(int power) {
        if (power >= 6) return number(power - 6) + " M";
        return power >= 3 ? number(power - 3) + " k" : number(power);
    }

    private static String number(int power) {
        return power >= 0
                ? String.format(Locale.ROOT, "%.0f", Math.pow(10, power))
                : String.format(Locale.ROOT, "%." + -power + "f", Math.pow(10, power));
    }
}
