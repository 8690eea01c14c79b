package io.foreguard.predictive.trust;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.util.function.Supplier;

/**
 * A place for what scores, that a model reads at each estimate and that can be filled anew while
 * calls go on: the model's own history of features stays where it is. Thread-safe.
 *
 * @param <T> what is exchanged, such as a scorer with its calibration
 */
public final class ModelSlot<T> implements Supplier<T> {
  private volatile T current;

  /** A slot with something in it. */
  public ModelSlot(T first) {
    current = Require.nonNull(first, "first");
  }

  /** What is in force now. One volatile read. */
  @Override
  public T get() {
    return current;
  }

  /** Puts {@code next} in force at once and returns what was. */
  @CanIgnoreReturnValue
  public synchronized T swap(T next) {
    T before = current;
    current = Require.nonNull(next, "next");
    return before;
  }
}
