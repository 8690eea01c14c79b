package io.foreguard.predictive.feature;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells a feature's value to people: logarithms as the factors, counts and times they stand for.
 */
final class FeatureWords {
  /** What a unit counts, as the calls in calls per second: the feature's words say it. */
  private static final Pattern ANNOTATION = Pattern.compile("\\{[^}]*}");

  private static final Pattern RATIO = Pattern.compile("log of (?:the )?(.+?) to (.+)");
  private static final Pattern SECONDS = Pattern.compile("log of the seconds (.+)");
  private static final Pattern COUNT = Pattern.compile("log\\(1 \\+ (.+)\\)");
  private static final String LOG_ODDS = "log odds of failure by ";

  private FeatureWords() {}

  static String of(Feature feature, double value) {
    String words = feature.description();
    if (Double.isNaN(value)) {
      return words + " unknown";
    }
    Matcher seconds = SECONDS.matcher(words);
    if (seconds.matches()) {
      return number(Math.exp(value)) + " s " + seconds.group(1);
    }
    Matcher ratio = RATIO.matcher(words);
    if (ratio.matches()) {
      return ratio.group(1) + " " + number(Math.exp(value)) + "x " + ratio.group(2);
    }
    Matcher count = COUNT.matcher(words);
    if (count.matches()) {
      return number(Math.expm1(value)) + " " + count.group(1);
    }
    if (words.startsWith(LOG_ODDS)) {
      String model = words.substring(LOG_ODDS.length());
      return "P(success) " + number(1 / (1 + Math.exp(value))) + " by " + model;
    }
    String unit = ANNOTATION.matcher(feature.unit()).replaceAll("");
    return unit.isEmpty() || unit.equals("1")
        ? words + " " + number(value)
        : words + " " + number(value) + " " + unit;
  }

  private static String number(double value) {
    return Math.abs(value) < 1_000 && Math.abs(value) >= 100
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2g", value);
  }
}
