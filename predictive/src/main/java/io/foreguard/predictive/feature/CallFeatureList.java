package io.foreguard.predictive.feature;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The features of single calls, in the order in which {@link CallFeatureWriter} writes them. */
final class CallFeatureList {
  private static final String ONE = "1";
  private static final String USUAL = "before the first call: the usual share, at first 0.02";
  private static final String FIRST = "NaN before the first call";
  private static final String DEADLINE = "NaN before the first call and without a deadline";
  private static final String KEY = "NaN when the key of the call is not known, or new";
  private static final String KEY_DEADLINE = KEY + ", and without a deadline";
  private static final String HEALTH = "NaN when nobody tells";

  private final List<Feature> all = new ArrayList<>();

  private CallFeatureList() {}

  static List<Feature> all() {
    CallFeatureList list = new CallFeatureList();
    list.failures();
    list.times();
    list.latencies();
    list.room();
    list.load();
    list.keys();
    list.others();
    return list.all;
  }

  private void failures() {
    add("default_log_odds", "never", "log odds of failure by the default model");
    add("failed_last", "0 before the first call", "whether the last call failed");
    for (int calls : new int[] {3, 10, 30, 100}) {
      add("failed_share_" + calls, USUAL, "failed of the last " + calls + " calls");
    }
    for (int calls : new int[] {5, 20, 100}) {
      add("failed_mean_" + calls, USUAL, "failed, fading over " + calls + " calls");
    }
    for (int seconds : new int[] {1, 10, 60}) {
      Duration window = Duration.ofSeconds(seconds);
      String words = "failed, fading over " + seconds + " s";
      all.add(new Feature("failed_" + seconds + "s", ONE, window, USUAL, words));
    }
    add("failed_usual", "0.02 before the first call", "failed of the last thousand calls");
    add("failed_trend_fast", "0 before the first call", "failed lately (5) less before (20)");
    add("failed_trend_slow", "0 before the first call", "failed lately (20) less before (100)");
    add("failures_in_a_row", "never", "log(1 + failures in a row)");
    add("timeout_share", "0 before the first call", "timed out, fading over 30 calls");
    add("rejected_share", "0 before the first call", "refused by the dependency, over 30 calls");
    add("caller_fault_share", "0 before the first call", "caller faults, over 30 calls");
  }

  private void times() {
    String unit = "log(s)";
    String missing = "NaN before the first";
    add("since_success", unit, missing, "log of the seconds since the last success");
    add("since_failure", unit, missing, "log of the seconds since the last failure");
    add("since_last", unit, missing, "log of the seconds since the last call ended");
  }

  private void latencies() {
    add("latency_last", FIRST, "log of the last latency to the usual one");
    for (int calls : new int[] {3, 10, 50, 200}) {
      String words = "log of recent latency to the usual one, over " + calls + " calls";
      add("latency_" + calls, FIRST, words);
    }
    add("latency_max_10", FIRST, "log of the longest of ten latencies to the usual one");
    add("latency_second_10", FIRST, "log of the second longest of ten latencies to the usual one");
    add("latency_p95", FIRST, "log of the 95th percentile of recent latency to the usual one");
    add("latency_trend_fast", FIRST, "log latency over 3 calls less that over 10");
    add("latency_trend_medium", FIRST, "log latency over 10 calls less that over 50");
    add("latency_trend_slow", FIRST, "log latency over 50 calls less that over 200");
    add("latency_deviation_10", "0 before the second call", "deviation of log latency, 10 calls");
    add("latency_deviation_50", "0 before the second call", "deviation of log latency, 50 calls");
    add("latency_spread", "0.1 before the second call", "deviation of usual log latency");
  }

  private void room() {
    add("room_last", DEADLINE, "log of the deadline to the last latency");
    add("room_3", DEADLINE, "log of the deadline to recent latency, over 3 calls");
    add("room_10", DEADLINE, "log of the deadline to recent latency, over 10 calls");
    add("room_max_10", DEADLINE, "log of the deadline to the longest of ten latencies");
    add("room_second_10", DEADLINE, "log of the deadline to the second longest of ten");
    add("room_usual", DEADLINE, "log of the deadline to the usual latency");
    add("room_deviations", DEADLINE, "the same, in deviations of usual log latency");
  }

  private void load() {
    add("in_flight", "log({call})", "never", "log(1 + calls in flight)");
    add("overdue", "log({call})", "never", "log(1 + calls overdue)");
    add("overdue_share", "0 when none is in flight", "overdue of the calls in flight");
    add("in_flight_ratio", FIRST, "log of the calls in flight to what rate and latency make usual");
    add("arrival_rate", "log({call}/s)", "never", "log(1 + calls that arrive per second)");
    all.add(
        new Feature(
            "rate_trend_fast",
            ONE,
            Duration.ofSeconds(10),
            "0 before the first call",
            "log of the calls ending over 1 s to those over 10 s"));
    all.add(
        new Feature(
            "rate_trend_slow",
            ONE,
            Duration.ofMinutes(1),
            "0 before the first call",
            "log of the calls ending over 10 s to those over 60 s"));
  }

  private void keys() {
    add("key_failed_last", KEY, "whether the last call with the key failed");
    add("key_failed", KEY, "failed of the last 20 calls with the key");
    add("key_failed_usual", KEY, "failed of the last thousand calls with the key");
    add("key_latency_last", KEY, "log of the key's last latency to its usual one");
    add("key_latency", KEY, "log of the key's recent latency to its usual one, over 5 calls");
    add("key_offset", KEY, "log of the key's usual latency to the dependency's");
    add("key_room", KEY_DEADLINE, "log of the deadline to the key's recent latency");
    add("key_room_deviations", KEY_DEADLINE, "deadline to the key's usual latency, in deviations");
    add("key_since_last", "log(s)", KEY, "log of the seconds since the last call with the key");
  }

  private void others() {
    add("downstream_failed", HEALTH, "failed of recent calls by what the dependency leans on");
    add("downstream_latency", HEALTH, "latency of what it leans on, in deviations");
    add("surroundings_failed", HEALTH, "failed of recent calls to other dependencies");
    add("surroundings_latency", HEALTH, "latency of other dependencies, in deviations");
    add("hour_sine", "NaN when the hour is left out", "sine of the hour of day (UTC)");
    add("hour_cosine", "NaN when the hour is left out", "cosine of the hour of day (UTC)");
  }

  private void add(String name, String missing, String words) {
    add(name, ONE, missing, words);
  }

  private void add(String name, String unit, String missing, String words) {
    all.add(new Feature(name, unit, Duration.ZERO, missing, words));
  }
}
