package io.foreguard.predictive.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides rows by whole groups, so that an incident is never learned from and judged on at once.
 *
 * <p>A row's label is known only an embargo after the row itself. Rows whose label reaches into the
 * time of the rows that they are kept from are left out, so nothing that is trained on knows what
 * happens there.
 */
final class TimeSplit {
  private TimeSplit() {}

  /**
   * Divides by time: the earliest groups train, the latest judge.
   *
   * @param judgeShare share of the rows to judge on
   * @param embargoMillis how long after a row its label is known
   */
  static Parts byTime(LabelledRows rows, double judgeShare, long embargoMillis) {
    List<Group> groups = groups(rows);
    groups.sort(Comparator.comparingLong(Group::first));
    boolean[] late = new boolean[rows.size()];
    double before = 0;
    for (Group group : groups) {
      double middle = (before + group.rows().size() / 2.0) / rows.size();
      boolean isLate = middle >= 1 - judgeShare;
      group.rows().forEach(row -> late[row] = isLate);
      before += group.rows().size();
    }
    int[] judge = rows.where(row -> late[row]);
    long judgeFrom =
        Arrays.stream(judge).mapToLong(row -> rows.timeMillis()[row]).min().orElse(Long.MAX_VALUE);
    return new Parts(
        rows.where(row -> !late[row] && rows.timeMillis()[row] < judgeFrom - embargoMillis), judge);
  }

  /**
   * Divides into folds of about as many failures each, to train on all but one of them and judge on
   * that one.
   *
   * @return parts per fold; each row is judged in exactly one
   */
  static List<Parts> folds(LabelledRows rows, int folds, long embargoMillis) {
    int[] fold = foldOf(rows, folds);
    List<Parts> all = new ArrayList<>();
    for (int f = 0; f < folds; f++) {
      int judge = f;
      long[] judged = times(rows, fold, judge);
      all.add(
          new Parts(
              rows.where(
                  row ->
                      fold[row] != judge && isFar(rows.timeMillis()[row], judged, embargoMillis)),
              rows.where(row -> fold[row] == judge)));
    }
    return all;
  }

  /** Number of each row's fold: groups go, most failures first, to the fold that has fewest. */
  static int[] foldOf(LabelledRows rows, int folds) {
    List<Group> groups = groups(rows);
    groups.sort(
        Comparator.comparingInt((Group group) -> -failures(rows, group))
            .thenComparingInt(group -> -group.rows().size())
            .thenComparingInt(Group::number));
    double[] load = new double[folds];
    int[] fold = new int[rows.size()];
    for (Group group : groups) {
      int least = 0;
      for (int f = 1; f < folds; f++) {
        least = load[f] < load[least] ? f : least;
      }
      int chosen = least;
      group.rows().forEach(row -> fold[row] = chosen);
      load[least] += failures(rows, group) + 1e-3 * group.rows().size();
    }
    return fold;
  }

  private static int failures(LabelledRows rows, Group group) {
    return (int) group.rows().stream().filter(row -> rows.fails()[row]).count();
  }

  private static List<Group> groups(LabelledRows rows) {
    Map<Integer, List<Integer>> members = new LinkedHashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      members.computeIfAbsent(rows.groups()[row], number -> new ArrayList<>()).add(row);
    }
    List<Group> groups = new ArrayList<>();
    members.forEach(
        (number, list) -> {
          long first = list.stream().mapToLong(row -> rows.timeMillis()[row]).min().orElseThrow();
          groups.add(new Group(number, first, list));
        });
    return groups;
  }

  private static long[] times(LabelledRows rows, int[] fold, int wanted) {
    return Arrays.stream(rows.where(row -> fold[row] == wanted))
        .mapToLong(row -> rows.timeMillis()[row])
        .sorted()
        .toArray();
  }

  /** Whether no time in {@code sorted} is within {@code embargo} of {@code time}. */
  private static boolean isFar(long time, long[] sorted, long embargo) {
    if (embargo == 0) {
      return true;
    }
    int at = Arrays.binarySearch(sorted, time - embargo);
    int next = at >= 0 ? at : -at - 1;
    return next == sorted.length || sorted[next] > time + embargo;
  }

  /**
   * Numbers of rows.
   *
   * @param train rows to train on
   * @param judge rows to judge on
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Parts(int[] train, int[] judge) {}

  private record Group(int number, long first, List<Integer> rows) {}
}
