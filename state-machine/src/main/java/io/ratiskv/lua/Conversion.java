package io.ratiskv.lua;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** One conversion of C's {@code printf}: {@code %-08.3f} without the percent sign. Confined to one thread. */
final class Conversion {
    private final char kind;
    private boolean left;
    private boolean plus;
    private boolean space;
    private boolean alternate;
    private boolean zeros;
    private int width;
    private int precision = -1;

    Conversion(char kind) {
        this.kind = kind;
    }

    Conversion flag(int flag) {
        switch (flag) {
            case '-' -> left = true;
            case '+' -> plus = true;
            case ' ' -> space = true;
            case '#' -> alternate = true;
            case '0' -> zeros = true;
            default -> throw new IllegalArgumentException("no flag: " + flag);
        }
        return this;
    }

    Conversion width(int characters) {
        this.width = characters;
        return this;
    }

    Conversion precision(int digits) {
        this.precision = digits;
        return this;
    }

    boolean hasPrecision() {
        return precision >= 0;
    }

    int precision() {
        return precision;
    }

    /** For {@code d i o u x X}. */
    String of(long value) {
        boolean signed = kind == 'd' || kind == 'i';
        boolean negative = signed && value < 0;
        String digits = switch (kind) {
            case 'd', 'i' -> negative ? Long.toString(value).substring(1) : Long.toString(value);
            case 'o' -> Long.toOctalString(value);
            case 'x' -> Long.toHexString(value);
            case 'X' -> Long.toHexString(value).toUpperCase(java.util.Locale.ROOT);
            default -> Long.toUnsignedString(value);
        };
        if (precision == 0 && value == 0) {
            digits = "";
        }
        if (digits.length() < precision) {
            digits = "0".repeat(precision - digits.length()) + digits;
        }
        String prefix = signed ? sign(negative) : "";
        if (alternate && value != 0 && (kind == 'x' || kind == 'X')) {
            prefix = "0" + kind;
        }
        if (alternate && kind == 'o' && !digits.startsWith("0")) {
            digits = "0" + digits;
        }
        return padded(prefix, digits, zeros && precision < 0);
    }

    /** For {@code e E f g G}. */
    String of(double value) {
        if (Double.isNaN(value)) {
            // The sign of what 0/0 gives where Redis runs mostly; Java does not tell signs of NaN apart.
            return padded("-", cased("nan"), false);
        }
        boolean negative = value < 0 || value == 0 && 1 / value < 0;
        if (Double.isInfinite(value)) {
            return padded(sign(negative), cased("inf"), false);
        }
        BigDecimal magnitude = new BigDecimal(Math.abs(value));
        int digits = precision < 0 ? 6 : precision;
        String text = switch (kind) {
            case 'f' -> fixed(magnitude, digits);
            case 'e', 'E' -> scientific(magnitude, digits);
            default -> general(magnitude, Math.max(digits, 1));
        };
        return padded(sign(negative), cased(text), zeros);
    }

    /** For {@code c s}. */
    byte[] padded(byte[] bytes) {
        if (bytes.length >= width) {
            return bytes;
        }
        byte[] padded = new byte[width];
        java.util.Arrays.fill(padded, (byte) ' ');
        System.arraycopy(bytes, 0, padded, left ? 0 : width - bytes.length, bytes.length);
        return padded;
    }

    private String cased(String text) {
        return kind == 'E' || kind == 'G' ? text.toUpperCase(java.util.Locale.ROOT) : text;
    }

    private String sign(boolean negative) {
        return negative ? "-" : plus ? "+" : space ? " " : "";
    }

    private String padded(String prefix, String digits, boolean withZeros) {
        int missing = width - prefix.length() - digits.length();
        if (missing <= 0) {
            return prefix + digits;
        }
        if (left) {
            return prefix + digits + " ".repeat(missing);
        }
        return withZeros ? prefix + "0".repeat(missing) + digits : " ".repeat(missing) + prefix + digits;
    }

    private String fixed(BigDecimal magnitude, int decimals) {
        String text = magnitude.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
        return alternate && decimals == 0 ? text + "." : text;
    }

    private String scientific(BigDecimal magnitude, int decimals) {
        if (magnitude.signum() == 0) {
            return mantissa("0".repeat(decimals + 1)) + exponent(0);
        }
        BigDecimal rounded = magnitude.round(new MathContext(decimals + 1, RoundingMode.HALF_EVEN));
        String digits = digits(rounded.unscaledValue(), decimals + 1);
        return mantissa(digits) + exponent(rounded.precision() - rounded.scale() - 1);
    }

    private String mantissa(String digits) {
        if (digits.length() == 1) {
            return alternate ? digits + "." : digits;
        }
        return digits.charAt(0) + "." + digits.substring(1);
    }

    private static String exponent(int power) {
        String digits = Integer.toString(Math.abs(power));
        return (power < 0 ? "e-" : "e+") + (digits.length() < 2 ? "0" : "") + digits;
    }

    private static String digits(BigInteger unscaled, int count) {
        String digits = unscaled.toString();
        return digits.length() < count ? digits + "0".repeat(count - digits.length()) : digits;
    }

    private String general(BigDecimal magnitude, int significant) {
        if (magnitude.signum() == 0) {
            return alternate ? mantissa("0".repeat(significant)) : "0";
        }
        BigDecimal rounded = magnitude.round(new MathContext(significant, RoundingMode.HALF_EVEN));
        int power = rounded.precision() - rounded.scale() - 1;
        if (power < -4 || power >= significant) {
            String mantissa = mantissa(digits(rounded.unscaledValue(), significant));
            return (alternate ? mantissa : trimmed(mantissa)) + exponent(power);
        }
        String plain = rounded.setScale(Math.max(significant - 1 - power, 0), RoundingMode.UNNECESSARY)
                .toPlainString();
        return alternate ? plain : trimmed(plain);
    }

    /** Without zeros at the end of its fraction. */
    private static String trimmed(String number) {
        if (number.indexOf('.') < 0) {
            return number;
        }
        int end = number.length();
        while (number.charAt(end - 1) == '0') {
            end--;
        }
        return number.substring(0, number.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
