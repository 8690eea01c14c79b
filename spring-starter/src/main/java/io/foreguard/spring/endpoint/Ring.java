package io.foreguard.spring.endpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last so many of what was added. Thread-safe. */
final class Ring<E> {
  private final int capacity;
  private final Deque<E> entries = new ArrayDeque<>(); // guarded by this; the newest is first

  Ring(int capacity) {
    this.capacity = capacity;
  }

  synchronized void add(E entry) {
    if (entries.size() == capacity) {
      entries.removeLast();
    }
    entries.addFirst(entry);
  }

  synchronized List<E> newestFirst() {
    return new ArrayList<>(entries);
  }
}
