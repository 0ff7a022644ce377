package io.ratiskv.lua;

import java.util.function.DoubleUnaryOperator;

/** {@code math}, without its luck, which an embedder adds. Stateless. */
final class MathLibrary {
    private MathLibrary() {}

    static void install(Libraries libraries) {
        LuaTable math = libraries.library("math");
        Libraries.value(math, "pi", Math.PI);
        Libraries.value(math, "huge", Double.POSITIVE_INFINITY);
        function(libraries, math, "abs", Math::abs);
        function(libraries, math, "acos", StrictMath::acos);
        function(libraries, math, "asin", StrictMath::asin);
        function(libraries, math, "atan", StrictMath::atan);
        libraries.function(math, "atan2", args -> args.give(StrictMath.atan2(args.number(0), args.number(1))));
        function(libraries, math, "ceil", Math::ceil);
        function(libraries, math, "cos", StrictMath::cos);
        function(libraries, math, "cosh", StrictMath::cosh);
        function(libraries, math, "deg", x -> x / (Math.PI / 180.0));
        function(libraries, math, "exp", StrictMath::exp);
        function(libraries, math, "floor", Math::floor);
        libraries.function(math, "fmod", MathLibrary::remainder);
        libraries.function(math, "mod", MathLibrary::remainder);
        libraries.function(math, "frexp", MathLibrary::mantissaAndExponent);
        libraries.function(math, "ldexp", args -> args.give(scale(args.number(0), args.integer(1))));
        function(libraries, math, "log", StrictMath::log);
        function(libraries, math, "log10", StrictMath::log10);
        libraries.function(math, "max", args -> {
            double greatest = args.number(0);
            for (int i = 1; i < args.count(); i++) {
                double number = args.number(i);
                greatest = number > greatest ? number : greatest;
            }
            return args.give(greatest);
        });
        libraries.function(math, "min", args -> {
            double least = args.number(0);
            for (int i = 1; i < args.count(); i++) {
                double number = args.number(i);
                least = number < least ? number : least;
            }
            return args.give(least);
        });
        libraries.function(math, "modf", MathLibrary::wholeAndFraction);
        libraries.function(math, "pow", args -> args.give(StrictMath.pow(args.number(0), args.number(1))));
        function(libraries, math, "rad", x -> x * (Math.PI / 180.0));
        function(libraries, math, "sin", StrictMath::sin);
        function(libraries, math, "sinh", StrictMath::sinh);
        function(libraries, math, "sqrt", Math::sqrt);
        function(libraries, math, "tan", StrictMath::tan);
        function(libraries, math, "tanh", StrictMath::tanh);
    }

    private static void function(Libraries libraries, LuaTable math, String name, DoubleUnaryOperator operator) {
        libraries.function(math, name, args -> args.give(operator.applyAsDouble(args.number(0))));
    }

    /** With the sign of the dividend, as Java's own. */
    private static int remainder(Args args) {
        return args.give(args.number(0) % args.number(1));
    }

    private static int mantissaAndExponent(Args args) {
        double number = args.number(0);
        if (number == 0 || Double.isNaN(number) || Double.isInfinite(number)) {
            return args.give(Double.valueOf(number), Double.valueOf(0));
        }
        int exponent = Math.getExponent(number) + 1;
        double mantissa;
        if (exponent <= Double.MIN_EXPONENT) {
            double scaled = number * 0x1p54;
            exponent = Math.getExponent(scaled) + 1 - 54;
            mantissa = scale(scaled, -exponent - 54);
        } else {
            mantissa = scale(number, -exponent);
        }
        return args.give(Double.valueOf(mantissa), Double.valueOf(exponent));
    }

    private static double scale(double number, int exponent) {
        return Math.scalb(number, exponent);
    }

    private static int wholeAndFraction(Args args) {
        double number = args.number(0);
        double whole = number < 0 ? Math.ceil(number) : Math.floor(number);
        double fraction = Double.isInfinite(number) ? Math.copySign(0.0, number) : number - whole;
        return args.give(Double.valueOf(whole), Double.valueOf(fraction));
    }
}
