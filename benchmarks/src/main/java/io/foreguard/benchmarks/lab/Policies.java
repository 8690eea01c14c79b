package io.foreguard.benchmarks.lab;

import io.foreguard.benchmarks.lab.ForeguardPolicy.Models;
import io.foreguard.benchmarks.lab.ForeguardPolicy.Part;
import io.foreguard.benchmarks.lab.peers.Peers;
import io.foreguard.benchmarks.lab.report.Contestant.Kind;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.predictive.feature.CallFeatures;
import io.foreguard.predictive.model.CallModel;
import io.foreguard.predictive.model.TrainedCallModel;
import io.foreguard.predictive.online.OnlineLogisticConfig;
import io.foreguard.predictive.online.OnlineLogisticModel;
import io.foreguard.predictive.trust.TrustConfig;
import io.foreguard.predictive.trust.TrustedModel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Every policy of the report by name, in its order. A variant of Foreguard is one line here. */
final class Policies {
  static final String FOREGUARD = "foreguard";
  static final String COMBINATION = "combination";

  private static final Models DEFAULT = (deadline, clock) -> StatisticalModel.instance();

  private static final List<Entry> ENTRIES = new ArrayList<>();

  static {
    foreguard(FOREGUARD, "Foreguard with its defaults", Part.DEFAULTS);
    foreguard(
        "foreguard-without-limit",
        "without the adaptive limit on calls in flight",
        without(Part.LIMIT));
    foreguard(
        "foreguard-without-keys", "without breakers of replicas and tenants", without(Part.KEYS));
    foreguard(
        "foreguard-without-deadline",
        "not told the deadline: latency says nothing of calls to come, costs assume two seconds",
        without(Part.DEADLINE));
    foreguard(
        "foreguard-without-4xx",
        "not told which errors are the caller's fault: they are failures",
        without(Part.CALLER_FAULTS));
    foreguard(
        "foreguard-without-advice", "retries by their budget alone", without(Part.RETRY_ADVICE));
    foreguard(
        "foreguard-with-advice-alone",
        "retries by advice alone, without a budget",
        without(Part.RETRY_BUDGET));
    foreguard(
        "foreguard-without-budget",
        "retries without advice or budget",
        without(Part.RETRY_ADVICE, Part.RETRY_BUDGET));
    foreguard(
        "foreguard-with-adaptive-timeout",
        "with a time-out from the latency of healthy calls",
        with(Part.ADAPTIVE_TIMEOUT));
    foreguard("foreguard-with-hedge", "with a second attempt beside slow ones", with(Part.HEDGE));
    modelled(
        "foreguard-online",
        "with a model that learns while it serves",
        (deadline, clock) -> OnlineLogisticModel.of(OnlineLogisticConfig.defaults()));
    modelled(
        "foreguard-online-eager",
        "with such a model, believed on little proof",
        (deadline, clock) ->
            OnlineLogisticModel.of(OnlineLogisticConfig.builder().falsePromotion(1).build()));
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

  /** Foreguard with a trained model, as it should be used and without any proof. */
  static List<Entry> trained(TrainedCallModel model) {
    return List.of(
        modelledEntry(
            "foreguard-trained",
            "with the trained model, once it has proved better than the default model",
            (deadline, clock) ->
                TrustedModel.of(
                    "dependency",
                    new CallModel(() -> model, CallFeatures.of(clock)),
                    TrustConfig.builder()
                        .costs(PredictivePolicy.builder().build(), deadline)
                        .build())),
        modelledEntry(
            "foreguard-trained-unproved",
            "with the trained model, believed from the first call",
            (deadline, clock) -> new CallModel(() -> model, CallFeatures.of(clock))));
  }

  private static Set<Part> without(Part... parts) {
    Set<Part> rest = EnumSet.copyOf(Part.DEFAULTS);
    rest.removeAll(List.of(parts));
    return rest;
  }

  private static Set<Part> with(Part part) {
    Set<Part> more = EnumSet.copyOf(Part.DEFAULTS);
    more.add(part);
    return more;
  }

  /** Foreguard, or Foreguard without one of its parts. */
  private static void foreguard(String name, String description, Set<Part> parts) {
    add(Kind.FOREGUARD, name, description, (w, c, i) -> new ForeguardPolicy(w, c, parts, DEFAULT));
  }

  /** Foreguard with a model besides its default one. */
  private static void modelled(String name, String description, Models models) {
    ENTRIES.add(modelledEntry(name, description, models));
  }

  private static Entry modelledEntry(String name, String description, Models models) {
    return new Entry(
        Kind.FOREGUARD,
        name,
        description,
        (w, c, i) -> new ForeguardPolicy(w, c, Part.DEFAULTS, models));
  }

  private static void add(Kind kind, String name, String description, Policy.Factory factory) {
    ENTRIES.add(new Entry(kind, name, description, factory));
  }

  record Entry(Kind kind, String name, String description, Policy.Factory factory) {}
}
