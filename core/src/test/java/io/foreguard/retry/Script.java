package io.foreguard.retry;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;

/** A body that plays its outcomes one after the other: a Throwable is thrown, the rest returned. */
final class Script implements Callable<Object> {
  private final Deque<Object> outcomes;
  private int calls;

  Script(Object... outcomes) {
    this.outcomes = new ArrayDeque<>(Arrays.asList(outcomes));
  }

  int calls() {
    return calls;
  }

  @Override
  public Object call() throws Exception {
    calls++;
    if (outcomes.isEmpty()) {
      throw new NoSuchElementException("more attempts than the script has outcomes");
    }
    Object outcome = outcomes.remove();
    if (outcome instanceof Error error) {
      throw error;
    }
    if (outcome instanceof Exception exception) {
      throw exception;
    }
    return outcome;
  }
}
