package io.foreguard;

import io.foreguard.internal.Require;
import java.util.Arrays;

/**
 * What is known of one call beside the dependency it goes to: its keys, such as the replica that
 * will answer it and the tenant it is for. Immutable; make one per combination and keep it.
 *
 * <pre>{@code
 * CallContext context = CallContext.of("replica", "10.0.0.7").and("tenant", "acme");
 * }</pre>
 *
 * <p>Keys should be few enough to be worth knowing one by one: replicas, tenants, routes, regions;
 * never request ids.
 */
public final class CallContext {
  /** Most keys that one call can have. */
  public static final int MOST_KEYS = 4;

  private static final CallContext NONE = new CallContext();

  private final String[] pairs;

  private CallContext(String... pairs) {
    this.pairs = pairs;
  }

  /** A call of which nothing is known. */
  public static CallContext none() {
    return NONE;
  }

  /**
   * A call with one key.
   *
   * @param dimension what kind of key it is, for example {@code "replica"}
   * @param key which one it is
   * @throws IllegalArgumentException if either is blank or longer than 256 characters
   */
  public static CallContext of(String dimension, String key) {
    return NONE.and(dimension, key);
  }

  /**
   * The same call with one more key.
   *
   * @throws IllegalArgumentException if either text is blank or longer than 256 characters, the
   *     dimension is there already, or there are {@link #MOST_KEYS} keys
   */
  public CallContext and(String dimension, String key) {
    Require.name(dimension, "dimension");
    Require.name(key, "key");
    Require.that(size() < MOST_KEYS, "keys", "at most " + MOST_KEYS, size() + 1);
    for (int i = 0; i < size(); i++) {
      Require.that(!dimension(i).equals(dimension), "dimension", "named once", dimension);
    }
    String[] more = Arrays.copyOf(pairs, pairs.length + 2);
    more[pairs.length] = dimension;
    more[pairs.length + 1] = key;
    return new CallContext(more);
  }

  /** How many keys the call has. */
  public int size() {
    return pairs.length / 2;
  }

  /** Dimension of the key at {@code index}, in the order they were given. */
  public String dimension(int index) {
    return pairs[2 * index];
  }

  /** The key at {@code index}, in the order they were given. */
  public String key(int index) {
    return pairs[2 * index + 1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallContext that && Arrays.equals(pairs, that.pairs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(pairs);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("CallContext{");
    for (int i = 0; i < size(); i++) {
      text.append(i == 0 ? "" : ", ").append(dimension(i)).append('=').append(key(i));
    }
    return text.append('}').toString();
  }
}
