package io.foreguard.predictive.training;

/** A forest cannot be trained on these data; the message says what is missing. */
public final class TrainingException extends Exception {
  private static final long serialVersionUID = 1L;

  TrainingException(String problem) {
    super(problem);
  }
}
