package io.foreguard.spring.aop;

import io.foreguard.registry.ForeguardRegistry;
import java.util.concurrent.CompletableFuture;

/** What guarded methods of the tests call: it does as it is told, on the test's thread. */
public final class Backend {
  public ForeguardRegistry registry;
  public Throwable failure;
  int failures = Integer.MAX_VALUE;
  int calls;
  CompletableFuture<String> pending = new CompletableFuture<>();

  String answer(String answer) throws Exception {
    calls++;
    if (failure != null && failures > 0) {
      failures--;
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
    return answer;
  }
}
