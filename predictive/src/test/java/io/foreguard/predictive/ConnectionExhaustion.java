package io.foreguard.predictive;

import io.foreguard.predictive.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Weeks of a dependency that calls leak connections of, sampled every minute; the same for a seed.
 *
 * <p>Load follows the hour of the day. A pool has 100 connections. Now and then a leak takes
 * connections for good, faster or slower: p95 latency rises as the pool fills, calls fail once it
 * is empty, and some minutes later an operator restarts it. What looks alike and is harmless: peaks
 * of load, slow spells, leaks that heal half-way, and short bursts of failures for other reasons.
 */
public final class ConnectionExhaustion {
  private static final long START_MILLIS = 1_767_225_600_000L;
  private static final int MINUTES_PER_DAY = 1_440;
  private static final double POOL = 100;

  private final SplittableRandom random;
  private double leaked;
  private double leakPerMinute;
  private double healsAt = Double.POSITIVE_INFINITY;
  private int restartIn = -1;
  private int peakLeft;
  private double peak = 1;
  private int slowLeft;
  private double slow = 1;
  private int burstLeft;

  private ConnectionExhaustion(long seed) {
    random = new SplittableRandom(seed);
  }

  /** One sample per minute for {@code days}. */
  public static List<Observation> days(int days, long seed) {
    ConnectionExhaustion system = new ConnectionExhaustion(seed);
    List<Observation> series = new ArrayList<>();
    for (int minute = 0; minute < days * MINUTES_PER_DAY; minute++) {
      series.add(system.next(minute));
    }
    return series;
  }

  private Observation next(int minute) {
    happen();
    double hour = (minute % MINUTES_PER_DAY) / 60.0;
    double daily = 1 + 0.6 * Math.sin((hour - 9) / 24 * 2 * Math.PI);
    double rate = 80 * daily * peak * noise(0.06);
    double busy = rate * 0.12 * slow;
    double free = Math.max(0, POOL - leaked);
    double utilisation = Math.min(0.995, busy / Math.max(1, free));
    double latency = 0.05 * slow * (1 + 0.4 * utilisation / (1 - utilisation)) * noise(0.08);
    double p95 = Math.min(5, latency * 2.2);
    double active = Math.min(POOL, leaked + busy / (1 - 0.5 * utilisation)) * noise(0.04);
    double served = Math.min(1, free / Math.max(1e-9, busy));
    double share = 1 - 0.995 * served;
    if (burstLeft > 0) {
      share = Math.max(share, 0.15 + 0.2 * random.nextDouble());
    }
    share = Math.min(1, Math.max(0, share * noise(0.1)));
    long time = START_MILLIS + minute * 60_000L;
    return new Observation(time, active, p95, rate, share, Math.round(rate * 60));
  }

  private void happen() {
    if (leakPerMinute == 0 && random.nextDouble() < 1.0 / 700) {
      leakPerMinute = POOL / (20 + random.nextInt(60));
      healsAt = random.nextDouble() < 0.3 ? POOL * (0.3 + 0.4 * random.nextDouble()) : 1e9;
    }
    leaked = Math.min(POOL, leaked + leakPerMinute * (0.5 + random.nextDouble()));
    if (leaked >= healsAt) {
      clearLeak();
    }
    if (leaked >= 0.98 * POOL && restartIn < 0) {
      restartIn = 5 + random.nextInt(15);
    }
    if (restartIn >= 0 && restartIn-- == 0) {
      clearLeak();
    }
    peakLeft--;
    slowLeft--;
    burstLeft--;
    if (peakLeft <= 0) {
      boolean begins = random.nextDouble() < 1.0 / 400;
      peak = begins ? 1.4 + 0.8 * random.nextDouble() : 1;
      peakLeft = begins ? 15 + random.nextInt(40) : 0;
    }
    if (slowLeft <= 0) {
      boolean begins = random.nextDouble() < 1.0 / 900;
      slow = begins ? 1.5 + random.nextDouble() : 1;
      slowLeft = begins ? 10 + random.nextInt(20) : 0;
    }
    if (burstLeft <= 0 && random.nextDouble() < 1.0 / 1_000) {
      burstLeft = 1 + random.nextInt(4);
    }
  }

  private void clearLeak() {
    leaked = 0;
    leakPerMinute = 0;
    healsAt = Double.POSITIVE_INFINITY;
    restartIn = -1;
  }

  private double noise(double spread) {
    return Math.exp(
        spread * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5));
  }
}
