package io.foreguard.benchmarks.lab;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** One incident: the clients, the dependency and what happens to it. Immutable. */
final class World {
  final String family;
  final long seed;
  final double seconds;
  final double rate;
  final int clients;
  final int tenants;
  final boolean regularArrivals;
  final double deadline;
  final int attempts;
  final double backoff;
  final int replicas;
  final int servers;
  final int queue;
  final double service;
  final double spread;
  final double errorTime;
  final double coldFactor;
  final double coldCalls;
  final boolean coldAtStart;
  final double crashSeconds;
  final double loadErrors;
  final List<Fault> faults;

  private World(Builder b) {
    family = b.family;
    seed = b.seed;
    seconds = b.seconds;
    rate = b.rate;
    clients = b.clients;
    tenants = b.tenants;
    regularArrivals = b.regularArrivals;
    deadline = b.deadline;
    attempts = b.attempts;
    backoff = b.backoff;
    replicas = b.replicas;
    servers = b.servers;
    queue = b.queue;
    service = b.service;
    spread = b.spread;
    errorTime = b.errorTime;
    coldFactor = b.coldFactor;
    coldCalls = b.coldCalls;
    coldAtStart = b.coldAtStart;
    crashSeconds = b.crashSeconds;
    loadErrors = b.loadErrors;
    faults = List.copyOf(b.faults);
  }

  /** Start of the first fault from which callers need protection, NaN when there is none. */
  double troubleFrom() {
    return faults.stream()
        .filter(Fault::isOutage)
        .mapToDouble(Fault::from)
        .min()
        .orElse(Double.NaN);
  }

  /** End of the last fault. */
  double troubleTo() {
    return faults.stream().mapToDouble(Fault::to).max().orElse(Double.NaN);
  }

  /** Mean service time of a call in seconds when nothing is wrong. */
  double meanService() {
    return service * Math.exp(spread * spread / 2);
  }

  /** Calls that the dependency can answer per second when nothing is wrong. */
  double capacity() {
    return replicas * servers / meanService();
  }

  /** Calls in flight when nothing is wrong, on the mean. */
  double healthyConcurrency() {
    return rate * meanService();
  }

  static Builder of(String family, long seed) {
    return new Builder(family, seed);
  }

  /** Collects what is different from the usual. Not thread-safe. */
  static final class Builder {
    private final String family;
    private final long seed;
    private double seconds = 120;
    private double rate = 100;
    private int clients = 1;
    private int tenants = 1;
    private boolean regularArrivals;
    private double deadline = 1;
    private int attempts = 1;
    private double backoff = .05;
    private int replicas = 1;
    private int servers = 20;
    private int queue = 200;
    private double service = .02;
    private double spread = .35;
    private double errorTime = .3;
    private double coldFactor = 1;
    private double coldCalls = 200;
    private boolean coldAtStart;
    private double crashSeconds;
    private double loadErrors;
    private List<Fault> faults = List.of();

    private Builder(String family, long seed) {
      this.family = family;
      this.seed = seed;
    }

    /** Length of the incident. */
    @CanIgnoreReturnValue
    Builder seconds(double value) {
      seconds = value;
      return this;
    }

    /** Requests per second of all clients together. */
    @CanIgnoreReturnValue
    Builder rate(double value) {
      rate = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder clients(int value) {
      clients = value;
      return this;
    }

    @CanIgnoreReturnValue
    Builder tenants(int value) {
      tenants = value;
      return this;
    }

    /** Requests come at even intervals instead of at random. */
    @CanIgnoreReturnValue
    Builder regularArrivals() {
      regularArrivals = true;
      return this;
    }

    /** Seconds after which a client gives an attempt up. */
    @CanIgnoreReturnValue
    Builder deadline(double value) {
      deadline = value;
      return this;
    }

    /** Most attempts per request, and the mean wait before the second. */
    @CanIgnoreReturnValue
    Builder attempts(int most, double firstBackoff) {
      attempts = most;
      backoff = firstBackoff;
      return this;
    }

    @CanIgnoreReturnValue
    Builder replicas(int value) {
      replicas = value;
      return this;
    }

    /** Calls that one replica serves at a time, and calls that may wait for it. */
    @CanIgnoreReturnValue
    Builder servers(int concurrent, int waiting) {
      servers = concurrent;
      queue = waiting;
      return this;
    }

    /** Median service time in seconds, and the standard deviation of its logarithm. */
    @CanIgnoreReturnValue
    Builder service(double median, double logSpread) {
      service = median;
      spread = logSpread;
      return this;
    }

    /** Share of its service time after which a call that fails does so. */
    @CanIgnoreReturnValue
    Builder errorTime(double share) {
      errorTime = share;
      return this;
    }

    /** A cold replica is this many times slower, and half of that is gone after so many calls. */
    @CanIgnoreReturnValue
    Builder cold(double factor, double calls) {
      coldFactor = factor;
      coldCalls = calls;
      return this;
    }

    @CanIgnoreReturnValue
    Builder coldAtStart() {
      coldAtStart = true;
      return this;
    }

    /** A replica whose queue overflows crashes, and is back, cold, so many seconds later. */
    @CanIgnoreReturnValue
    Builder crashes(double secondsAway) {
      crashSeconds = secondsAway;
      return this;
    }

    /** Probability that a call fails that finds as many waiting as there are servers. */
    @CanIgnoreReturnValue
    Builder loadErrors(double probability) {
      loadErrors = probability;
      return this;
    }

    @CanIgnoreReturnValue
    Builder faults(Fault... value) {
      faults = List.of(value);
      return this;
    }

    @CanIgnoreReturnValue
    Builder faults(List<Fault> value) {
      faults = value;
      return this;
    }

    World build() {
      return new World(this);
    }
  }
}
