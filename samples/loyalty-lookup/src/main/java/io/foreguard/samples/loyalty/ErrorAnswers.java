package io.foreguard.samples.loyalty;

import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns exceptions into problem details of RFC 9457. */
@RestControllerAdvice
class ErrorAnswers {
  @ExceptionHandler
  ProblemDetail unknownCustomer(CustomerNotFoundException e) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, e.getMessage());
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> noPoints(PointsUnavailableException e) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage());
    problem.setProperty("decision", e.decision());
    HttpHeaders headers = new HttpHeaders();
    if (e.retryAfter().compareTo(Duration.ZERO) > 0) {
      long seconds = e.retryAfter().plusMillis(999).toSeconds(); // never too early
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }
    return ResponseEntity.status(problem.getStatus()).headers(headers).body(problem);
  }
}
