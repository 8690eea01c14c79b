package io.foreguard.spring.test;

import io.foreguard.test.ScriptedDependency;
import io.foreguard.test.VirtualTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Faults of the calls that go through guards, by the guard's name: of the methods that are
 * annotated with {@link io.foreguard.spring.Guarded}, on the way from the guard to the bean. The
 * bean itself is called when its call neither fails nor hangs. Thread-safe.
 *
 * <pre>{@code
 * faults.on("points").taking(Duration.ofMillis(20)).failNext(3, new IllegalStateException("refused"));
 * }</pre>
 *
 * <p>Let a method fail with what it may throw: of a checked exception that it does not declare,
 * Spring's proxy makes an {@link java.lang.reflect.UndeclaredThrowableException}.
 *
 * <p>Guards that code calls by hand are not reached: give that code a fake with a {@link
 * ScriptedDependency}.
 */
public final class GuardFaults {
  private final VirtualTime time;
  private final Map<String, ScriptedDependency> scripts = new ConcurrentHashMap<>();

  GuardFaults(VirtualTime time) {
    this.time = time;
  }

  /**
   * The dependency behind the guard of that name, which is well until it is told otherwise.
   *
   * @throws IllegalArgumentException if {@code guard} is blank or longer than 256 characters
   */
  public ScriptedDependency on(String guard) {
    return scripts.computeIfAbsent(guard, name -> ScriptedDependency.of(name, time));
  }

  /** Ends all faults, those that are still to come too. */
  public void reset() {
    scripts.values().forEach(ScriptedDependency::reset);
  }

  /** What was said of the guard of that name; empty if nothing was. */
  Optional<ScriptedDependency> find(String guard) {
    return Optional.ofNullable(scripts.get(guard));
  }
}
