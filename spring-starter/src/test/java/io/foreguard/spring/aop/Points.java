package io.foreguard.spring.aop;

import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.spring.Guarded;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A service with guarded methods. */
@SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // fallback methods are found by their names
public class Points {
  private final Backend backend;

  public Points(Backend backend) {
    this.backend = backend;
  }

  @Guarded("plain")
  public String plain(String id) {
    try {
      return backend.answer("fresh " + id);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Guarded(name = "answered", fallbackMethod = "answer")
  public String answered(String id, int number) throws Exception {
    return backend.answer("fresh " + id + " " + number);
  }

  private String answer(String id, int number) {
    return "any " + id + " " + number;
  }

  private String answer(String id, int number, IOException failure) {
    return "io " + id + " " + number;
  }

  private String answer(String id, int number, FileNotFoundException failure) {
    return "file " + id + " " + number;
  }

  private String answer(String id, int number, CircuitOpenException failure) {
    return "open " + id + " " + number;
  }

  @Guarded(name = "only-refusals", fallbackMethod = "refused")
  public String onlyRefusals(String id) throws Exception {
    return backend.answer("fresh " + id);
  }

  static String refused(String id, CallRejectedException refusal) {
    return "refused";
  }

  @Guarded(name = "broken", fallbackMethod = "broken")
  public String brokenFallback(String id) throws Exception {
    return backend.answer("fresh " + id);
  }

  private String broken(String id, IOException failure) {
    throw new UncheckedIOException("second", new IOException());
  }

  @Guarded(name = "kept", key = "#customer.id", fallbackMethod = "unknown")
  public String kept(Customer customer) throws Exception {
    return backend.answer("fresh " + customer.id());
  }

  private String unknown(Customer customer) {
    return "unknown " + customer.id();
  }

  @Guarded("kept")
  public String keptToo(String id) throws Exception {
    return backend.answer("other " + id);
  }

  @Guarded(name = "kept", key = "#root.args[0]")
  public CompletableFuture<String> keptLater(String id) throws Exception {
    backend.answer(id);
    return backend.pending;
  }

  @Guarded("retried")
  public String retried(String id) throws Exception {
    return backend.answer("fresh " + id);
  }

  @Guarded("retried")
  public CompletableFuture<String> retriedLater(String id) throws Exception {
    return CompletableFuture.completedFuture(backend.answer("fresh " + id));
  }

  @Guarded(name = "later", fallbackMethod = "lateAnswer")
  public CompletionStage<String> later(String id) {
    return backend.pending;
  }

  private CompletionStage<String> lateAnswer(String id, IOException failure) {
    return CompletableFuture.completedFuture("late " + failure.getClass().getSimpleName());
  }

  @Guarded("late")
  public CompletableFuture<String> late() {
    return backend.pending;
  }

  record Customer(String id, String session) {}
}
