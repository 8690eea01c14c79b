package io.foreguard.samples.routing;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns exceptions into problem details of RFC 9457; before Spring's own, which says less. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ErrorAnswers {
  @ExceptionHandler
  ProblemDetail unknownCustomer(CustomerNotFoundException e) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, e.getMessage());
  }

  @ExceptionHandler
  ProblemDetail unreadable(HttpMessageNotReadableException e) {
    boolean readButInvalid = NestedExceptionUtils.getRootCause(e) instanceof InvalidCallException;
    return ProblemDetail.forStatusAndDetail(
        HttpStatus.BAD_REQUEST,
        readButInvalid
            ? String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage())
            : "The body must be a JSON object with callId, customerId and reason");
  }
}
