package io.foreguard.samples.routing;

import org.springframework.context.annotation.Lazy;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Takes inbound calls and says where they go. */
@RestController
@Lazy(false) // a wrong setting must stop the start, not the first call
class CallController {
  private final LoyaltyClient loyalty;

  CallController(LoyaltyClient loyalty) {
    this.loyalty = loyalty;
  }

  @PostMapping("/calls")
  Route route(@RequestBody InboundCall call) {
    return Route.of(call.callId(), loyalty.loyalty(call.customerId(), call.callId()));
  }

  @GetMapping("/sample/state")
  GuardState state() {
    return loyalty.state();
  }
}
