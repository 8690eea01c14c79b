package io.foreguard.samples.incident;

import java.util.regex.Pattern;

/** Words from a service, made fit for a cell of a log. */
final class Cell {

  private static final Pattern UNFIT = Pattern.compile("[^A-Za-z0-9_.-]");
  private static final int LONGEST = 40;

  private Cell() {}

  static String of(String word) {
    return UNFIT
        .matcher(word.length() > LONGEST ? word.substring(0, LONGEST) : word)
        .replaceAll("_");
  }
}
