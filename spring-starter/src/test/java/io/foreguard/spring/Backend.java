package io.foreguard.spring;

import io.foreguard.registry.ForeguardRegistry;
import java.util.concurrent.CompletableFuture;

/** What guarded methods of the tests call: it does as it is told, on the test's thread. */
final class Backend {
  ForeguardRegistry registry;
  Throwable failure;
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
