package io.foreguard.circuitbreaker;

import io.foreguard.CallContext;
import io.foreguard.evidence.Outcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The breakers of the keys of one dependency, by dimension, and the rules between them and the
 * dependency's own. Thread-safe.
 *
 * <ul>
 *   <li>A call is sent if the breaker of each of its keys and the dependency's admit it.
 *   <li>A failure is put down to the narrowest cause that is known: while a key's breaker probes,
 *       the results of its calls say nothing of the dependency or of the call's other keys.
 *   <li>When most keys of a dimension are in trouble (all, where callers choose among them), and
 *       the dependency too, it is the dependency's trouble: its breaker alone decides until it is
 *       over, and each key that a call succeeds for is closed again.
 * </ul>
 */
final class Keys {
  private final CircuitBreaker root;
  private final Map<String, Siblings> dimensions = new ConcurrentHashMap<>(4);

  Keys(CircuitBreaker root) {
    this.root = root;
  }

  Siblings dimension(String name) {
    Siblings known = dimensions.get(name);
    return known != null
        ? known
        : dimensions.computeIfAbsent(name, n -> new Siblings(root, n, root.clock()));
  }

  /** The breaker of a key if there is one. */
  @Nullable CircuitBreaker find(String dimension, String key) {
    Siblings known = dimensions.get(dimension);
    return known == null ? null : known.find(key);
  }

  Iterable<Siblings> all() {
    return dimensions.values();
  }

  /** A permit for the call, or a refusal. */
  Decision admit(CallContext context, long now) {
    boolean ill = isIll(root.state());
    Permit keyed = null;
    for (int i = 0; i < context.size(); i++) {
      Siblings siblings = dimension(context.dimension(i));
      CircuitBreaker child = siblings.get(context.key(i));
      if (child == null) {
        continue;
      }
      boolean notAsked = ill && siblings.mostAreTroubled();
      long token = notAsked ? Tokens.NOT_ASKED : child.gate().admit(now);
      if (Tokens.kind(token) == Tokens.REJECTED) {
        cancel(keyed, now);
        root.gate().callRefused(context.key(i), CircuitBreaker.reason(token), now);
        return new Decision(null, child, token);
      }
      keyed = new Permit(child, token, now, keyed);
    }
    boolean keysProbe = !ill && isProbe(keyed);
    long token = keysProbe ? Tokens.NOT_ASKED : root.gate().admit(now);
    if (Tokens.kind(token) == Tokens.REJECTED) {
      cancel(keyed, now);
      return new Decision(null, root, token);
    }
    return new Decision(new Permit(root, token, now, keyed), root, token);
  }

  /** Whether the breakers of all keys would admit such a call now, but for chance. */
  boolean admitNow(CallContext context, long now) {
    boolean ill = isIll(root.state());
    for (int i = 0; i < context.size(); i++) {
      Siblings siblings = dimension(context.dimension(i));
      siblings.avoidable();
      CircuitBreaker child = siblings.get(context.key(i));
      boolean notAsked = ill && siblings.mostAreTroubled();
      if (child != null && !notAsked && !child.gate().admitsNow(now)) {
        return false;
      }
    }
    return true;
  }

  /** Puts the result down to where it belongs. */
  static void settle(Permit permit, Permit keyed, Outcome outcome, long now) {
    long start = permit.startNanos();
    boolean suspect = isProbe(keyed);
    for (Permit p = keyed; p != null; p = p.keyed()) {
      if (p.token() == Tokens.NOT_ASKED) {
        if (outcome.isSuccess()) {
          p.breaker().gate().revive(now);
        }
      } else if (!suspect || p.isProbe()) {
        p.breaker().settle(p.token(), start, now, outcome);
      } else {
        p.breaker().gate().cancel(p.token(), start, now);
      }
    }
    String key = first(keyed);
    if (permit.token() == Tokens.NOT_ASKED || (suspect && outcome.isFailure())) {
      permit.breaker().endElsewhere(permit.token(), start, now, outcome, key);
    } else {
      permit.breaker().settle(permit.token(), start, now, outcome, key);
    }
  }

  /** The first of a call's keys; the list has them last to first. */
  private static String first(Permit keyed) {
    String key = "";
    for (Permit p = keyed; p != null; p = p.keyed()) {
      key = p.breaker().ownKey();
    }
    return key;
  }

  private static boolean isProbe(@Nullable Permit keyed) {
    for (Permit p = keyed; p != null; p = p.keyed()) {
      if (p.isProbe()) {
        return true;
      }
    }
    return false;
  }

  private static void cancel(@Nullable Permit keyed, long now) {
    for (Permit p = keyed; p != null; p = p.keyed()) {
      p.breaker().gate().cancel(p.token(), p.startNanos(), now);
    }
  }

  private static boolean isIll(State state) {
    return state == State.OPEN || state == State.HALF_OPEN;
  }

  /**
   * A permit, or the refusal of one of the breakers.
   *
   * @param permit null when refused
   * @param decider the breaker that refused
   * @param token its token
   */
  record Decision(@Nullable Permit permit, CircuitBreaker decider, long token) {}
}
