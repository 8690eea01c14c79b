package io.foreguard.samples.pointsengine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every request answered since the last reset, up to a bound. Thread-safe. */
final class RequestLog {
  static final int CAPACITY = 500_000;

  private final List<Entry> entries = new ArrayList<>();
  private final int[] answersByClass = new int[6];
  private long abandoned;
  private long dropped;

  synchronized void add(Entry entry) {
    answersByClass[entry.status() / 100]++;
    if (entry.abandoned()) {
      abandoned++;
    }
    if (entries.size() < CAPACITY) {
      entries.add(entry);
    } else {
      dropped++;
    }
  }

  synchronized void clear() {
    entries.clear();
    Arrays.fill(answersByClass, 0);
    abandoned = 0;
    dropped = 0;
  }

  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  synchronized Map<String, Object> counters() {
    Map<String, Object> counters = new LinkedHashMap<>();
    counters.put("succeeded", answersByClass[2]);
    counters.put("refused", answersByClass[4]);
    counters.put("failed", answersByClass[5]);
    counters.put("abandoned", abandoned);
    counters.put("notLogged", dropped);
    return counters;
  }

  /** One answered request. Abandoned means that the client had gone before the answer. */
  record Entry(String id, long arrivedMs, double durationMs, int status, boolean abandoned) {
    String toJson() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("id", id);
      map.put("arrivedMs", arrivedMs);
      map.put("durationMs", durationMs);
      map.put("status", status);
      map.put("abandoned", abandoned);
      return Json.write(map);
    }
  }
}
