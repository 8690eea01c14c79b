package io.foreguard.samples.incident;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Who calls and when: a Poisson process of calls by customers of whom few call often. Not
 * thread-safe.
 */
final class Traffic {

  private static final String[] REASONS = {"booking", "invoice", "complaint", "miles"};

  private final Random random;
  private final double[] cumulative;
  private final String prefix;
  private int count;

  /**
   * Creates a stream that depends on its arguments alone.
   *
   * @param prefix first letter of the ids of the calls
   * @param customers number of customers, at least 1
   * @param exponent skew: the k-th customer calls in proportion to {@code k} to minus this power
   */
  Traffic(String prefix, long seed, int customers, double exponent) {
    this.prefix = prefix;
    random = new Random(seed);
    cumulative = new double[customers];
    double sum = 0;
    for (int k = 0; k < customers; k++) {
      sum += Math.pow(k + 1, -exponent);
      cumulative[k] = sum;
    }
  }

  /** Returns the calls of a stretch of time at a mean rate, in order. */
  List<Call> calls(double perSecond, double seconds) {
    List<Call> calls = new ArrayList<>();
    for (double at = gap(perSecond); at < seconds; at += gap(perSecond)) {
      calls.add(call(Math.round(at * 1e9)));
    }
    return calls;
  }

  /** Returns the next call, due when told. */
  Call call(long dueNanos) {
    count++;
    double drawn = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, drawn);
    int customer = Math.min(found < 0 ? -found - 1 : found, cumulative.length - 1) + 1;
    String id = String.format(Locale.ROOT, "%s%06d", prefix, count);
    String name = String.format(Locale.ROOT, "C%04d", customer);
    return new Call(id, name, REASONS[random.nextInt(REASONS.length)], dueNanos);
  }

  private double gap(double perSecond) {
    return -Math.log(1 - random.nextDouble()) / perSecond;
  }

  /**
   * One call to be made.
   *
   * @param dueNanos when it is due, in nanoseconds since the stream started
   */
  record Call(String id, String customer, String reason, long dueNanos) {}
}
