package io.foreguard.samples.loyalty;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Answers questions about customers. */
@RestController
@Lazy(false) // a wrong setting must stop the start, not the first call
class CustomerController {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");

  private final CustomerRepository customers;
  private final PointsClient points;

  CustomerController(CustomerRepository customers, PointsClient points) {
    this.customers = customers;
    this.points = points;
  }

  @GetMapping("/customers/{id}/profile")
  Profile profile(
      @PathVariable String id,
      @RequestHeader(name = "X-Request-Id", required = false) @Nullable String requestId) {
    String checkedId = checked(requestId);
    Customer customer = customers.find(id).orElseThrow(() -> new CustomerNotFoundException(id));
    return Profile.of(customer, points.points(id, checkedId));
  }

  @GetMapping("/sample/state")
  GuardState state() {
    return points.state();
  }

  private static String checked(@Nullable String requestId) {
    if (requestId == null) {
      return UUID.randomUUID().toString();
    }
    if (!REQUEST_ID.matcher(requestId).matches()) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST,
          "X-Request-Id must be 1 to 100 letters, digits or . _ : -, but was \"" + requestId + '"');
    }
    return requestId;
  }
}
