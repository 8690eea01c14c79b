package io.foreguard.benchmarks.lab;

/**
 * Something that is different for a while.
 *
 * @param kind what
 * @param from start in seconds
 * @param to end in seconds
 * @param replica replica that it affects, -1 for all
 * @param tenant tenant that it affects, -1 for all
 * @param start value at its start, in the unit of the kind
 * @param end value at its end; it moves evenly between the two
 */
record Fault(Kind kind, double from, double to, int replica, int tenant, double start, double end) {

  static Fault of(Kind kind, double from, double to, double value) {
    return new Fault(kind, from, to, -1, -1, value, value);
  }

  static Fault ramp(Kind kind, double from, double to, double start, double end) {
    return new Fault(kind, from, to, -1, -1, start, end);
  }

  Fault onReplica(int index) {
    return new Fault(kind, from, to, index, tenant, start, end);
  }

  Fault onTenant(int index) {
    return new Fault(kind, from, to, replica, index, start, end);
  }

  boolean affects(int someReplica, int someTenant) {
    return (replica < 0 || replica == someReplica) && (tenant < 0 || tenant == someTenant);
  }

  double value(double seconds) {
    double share = to > from ? Math.min(1, Math.max(0, (seconds - from) / (to - from))) : 1;
    return start + (end - start) * share;
  }

  /** Whether calls can fail because of it, so that there is something to protect from. */
  boolean isOutage() {
    return switch (kind) {
      case REFUSE, HANG, ERROR, RESTART -> true;
      case LATENCY, CAPACITY, LOAD, CALLER_FAULT -> false;
    };
  }

  /** What is different. */
  enum Kind {
    /** Calls are refused at once. */
    REFUSE,
    /** Calls get no answer. */
    HANG,
    /** Calls fail with this probability. */
    ERROR,
    /** Service takes this many times as long. */
    LATENCY,
    /** This share of the servers is there. */
    CAPACITY,
    /** This many times as many requests arrive. */
    LOAD,
    /** Requests are wrong, by the caller's fault, with this probability. */
    CALLER_FAULT,
    /** Every call fails, and what has been learned is lost: the dependency starts cold after it. */
    RESTART
  }
}
