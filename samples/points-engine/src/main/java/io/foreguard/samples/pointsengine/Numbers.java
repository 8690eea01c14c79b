package io.foreguard.samples.pointsengine;

import java.util.Map;

/** Reads numbers from named text; every refusal names the parameter, the rule and the value. */
final class Numbers {
  private Numbers() {}

  static double inRange(
      Map<String, String> values, String name, double otherwise, double min, double max) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new BadRequestException(name, "a number", '"' + text + '"');
    }
    if (!(number >= min && number <= max)) {
      throw new BadRequestException(name, "in [" + plain(min) + ", " + plain(max) + "]", text);
    }
    return number;
  }

  static long whole(Map<String, String> values, String name, long otherwise, long min, long max) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    long number;
    try {
      number = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new BadRequestException(name, "a whole number", '"' + text + '"');
    }
    if (number < min || number > max) {
      throw new BadRequestException(name, "in [" + min + ", " + max + "]", text);
    }
    return number;
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
