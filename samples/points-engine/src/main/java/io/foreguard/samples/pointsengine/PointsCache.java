package io.foreguard.samples.pointsengine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys that the engine can read fast. Starts warm: every key counts as cached until {@link
 * #empty} is called, and from then on only the most recently read ones. Thread-safe.
 */
final class PointsCache {
  private final Map<String, Boolean> recent;
  private boolean warm = true;

  PointsCache(int capacity) {
    recent =
        new LinkedHashMap<>(64, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > capacity;
          }
        };
  }

  /** Whether {@code key} is cached; from now on it is. */
  synchronized boolean read(String key) {
    return recent.put(key, true) != null || warm;
  }

  synchronized boolean contains(String key) {
    return warm || recent.containsKey(key);
  }

  synchronized void empty() {
    recent.clear();
    warm = false;
  }

  synchronized void warmUp() {
    recent.clear();
    warm = true;
  }
}
