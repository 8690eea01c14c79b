package io.foreguard.registry.internal;

import io.github.resilience4j.core.RegistryStore;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The map behind a registry. Resilience4j's registry builds and announces an entry in one step,
 * inside of the map's own update, where a listener that adds another entry dies of a recursive
 * update. Here an entry is put in first; {@link #computeIfAbsent} then only lets the registry
 * announce it. Thread-safe.
 */
public final class EntryStore<E> implements RegistryStore<E> {
  private final ConcurrentMap<String, E> entries = new ConcurrentHashMap<>();
  private final ReentrantLock creating = new ReentrantLock();

  /**
   * The entry of that name. When there is none it is made, put in and, after that, announced. One
   * is made at a time, so that none is made for nothing.
   */
  public E getOrCreate(String name, Supplier<E> maker, UnaryOperator<E> announcement) {
    E entry = entries.get(name);
    if (entry != null) {
      return entry;
    }
    creating.lock();
    try {
      entry = entries.get(name);
      if (entry != null) {
        return entry;
      }
      entry = maker.get();
      E existing = entries.putIfAbsent(name, entry);
      if (existing != null) {
        return existing;
      }
    } finally {
      creating.unlock();
    }
    return announcement.apply(entry);
  }

  /** Announces an entry that {@link #putIfAbsent} has put in. */
  @Override
  public E computeIfAbsent(String key, Function<? super String, ? extends E> announcement) {
    return announcement.apply(key);
  }

  /** Puts an entry in without announcing it; answers the one that was there, or null. */
  @Override
  public @Nullable E putIfAbsent(String key, E value) {
    return entries.putIfAbsent(key, value);
  }

  @Override
  public Optional<E> find(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** The entry of that name, or null: for calls that look it up each time. */
  public @Nullable E findOrNull(String key) {
    return entries.get(key);
  }

  @Override
  public Optional<E> remove(String name) {
    return Optional.ofNullable(entries.remove(name));
  }

  @Override
  public Optional<E> replace(String name, E newEntry) {
    return Optional.ofNullable(entries.replace(name, newEntry));
  }

  @Override
  public Collection<E> values() {
    return entries.values();
  }
}
