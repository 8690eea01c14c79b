package io.foreguard.benchmarks.lab;

import io.foreguard.benchmarks.lab.ForeguardPolicy.Parts;
import io.foreguard.benchmarks.lab.ForeguardPolicy.Retries;
import io.foreguard.benchmarks.lab.peers.Peers;
import io.foreguard.benchmarks.lab.report.Contestant.Kind;
import java.util.ArrayList;
import java.util.List;

/** Every policy of the report by name, in its order. A variant of Foreguard is one line here. */
final class Policies {
  static final String FOREGUARD = "foreguard";
  static final String COMBINATION = "combination";

  private static final List<Entry> ENTRIES = new ArrayList<>();

  static {
    foreguard(FOREGUARD, "Foreguard with its defaults", Parts.DEFAULTS);
    foreguard(
        "foreguard-without-limit",
        "without the adaptive limit on calls in flight",
        new Parts(false, true, Retries.ADVISED, false, false));
    foreguard(
        "foreguard-without-keys",
        "without breakers of replicas and tenants",
        new Parts(true, false, Retries.ADVISED, false, false));
    foreguard(
        "foreguard-without-advice",
        "retries by their budget alone",
        new Parts(true, true, Retries.BUDGET_ALONE, false, false));
    foreguard(
        "foreguard-without-budget",
        "retries without advice or budget",
        new Parts(true, true, Retries.ALWAYS, false, false));
    foreguard(
        "foreguard-with-adaptive-timeout",
        "with a time-out from the latency of healthy calls",
        new Parts(true, true, Retries.ADVISED, true, false));
    foreguard(
        "foreguard-with-hedge",
        "with a second attempt beside slow ones",
        new Parts(true, true, Retries.ADVISED, false, true));
    add(
        Kind.COMBINATION,
        COMBINATION,
        "breaker, outlier ejection, Gradient2 and retry budget, tuned by search",
        PeerPolicy.of(Peers.combination(Peers.TUNED)));
    add(Kind.NONE, "none", "no protection", (w, c, i) -> new Simulation.Unprotected());
    for (Peers.Entry peer : Peers.all()) {
      add(Kind.PEER, peer.name(), peer.description(), PeerPolicy.of(peer.factory()));
    }
  }

  private Policies() {}

  static List<Entry> all() {
    return List.copyOf(ENTRIES);
  }

  static Entry named(String name) {
    return ENTRIES.stream()
        .filter(entry -> entry.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no policy is called " + name));
  }

  /** Foreguard, or Foreguard without one of its parts. */
  private static void foreguard(String name, String description, Parts parts) {
    add(Kind.FOREGUARD, name, description, (w, c, i) -> new ForeguardPolicy(w, c, parts));
  }

  private static void add(Kind kind, String name, String description, Policy.Factory factory) {
    ENTRIES.add(new Entry(kind, name, description, factory));
  }

  record Entry(Kind kind, String name, String description, Policy.Factory factory) {}
}
