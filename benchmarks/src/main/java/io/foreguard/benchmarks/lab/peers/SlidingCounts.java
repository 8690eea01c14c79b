package io.foreguard.benchmarks.lab.peers;

/** Two counts over the last so many nanoseconds, in buckets. Not thread-safe. */
final class SlidingCounts {
  private final long bucketNanos;
  private final long[] all;
  private final long[] good;
  private long newest = Long.MIN_VALUE;
  private long allSum;
  private long goodSum;

  SlidingCounts(long windowNanos, int buckets) {
    bucketNanos = Math.max(1, windowNanos / buckets);
    all = new long[buckets];
    good = new long[buckets];
  }

  void add(long now, int count, int goodCount) {
    move(now);
    int bucket = (int) Math.floorMod(newest, (long) all.length);
    all[bucket] += count;
    good[bucket] += goodCount;
    allSum += count;
    goodSum += goodCount;
  }

  long all(long now) {
    move(now);
    return allSum;
  }

  long good(long now) {
    move(now);
    return goodSum;
  }

  void clear() {
    newest = Long.MIN_VALUE;
  }

  private void move(long now) {
    long bucket = Math.floorDiv(now, bucketNanos);
    if (newest == Long.MIN_VALUE || bucket - newest >= all.length) {
      java.util.Arrays.fill(all, 0);
      java.util.Arrays.fill(good, 0);
      allSum = 0;
      goodSum = 0;
      newest = bucket;
    }
    while (newest < bucket) {
      newest++;
      int place = (int) Math.floorMod(newest, (long) all.length);
      allSum -= all[place];
      goodSum -= good[place];
      all[place] = 0;
      good[place] = 0;
    }
  }
}
