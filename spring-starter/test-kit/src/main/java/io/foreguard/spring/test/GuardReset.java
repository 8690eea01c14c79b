package io.foreguard.spring.test;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.test.VirtualTime;
import java.time.Duration;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Lets no test see the outage of the one before. Does nothing without {@link GuardFaults}. */
final class GuardReset implements TestExecutionListener {
  /** Long enough for most of what is kept to be too old; the clock has room for 10,000 of them. */
  private static final Duration PAUSE = Duration.ofDays(10);

  @Override
  public void beforeTestMethod(TestContext test) {
    if (test.hasApplicationContext()) {
      ApplicationContext context = test.getApplicationContext();
      context.getBeanProvider(GuardFaults.class).ifAvailable(faults -> reset(faults, context));
    }
  }

  private static void reset(GuardFaults faults, ApplicationContext context) {
    faults.reset();
    context.getBean(VirtualTime.class).advance(PAUSE);
    context
        .getBeanProvider(ForeguardRegistry.class)
        .ifAvailable(registry -> registry.circuitBreakers().entries().forEach(GuardReset::close));
  }

  private static void close(CircuitBreaker breaker) {
    breaker.mode(breaker.config().mode());
    breaker.transitionToClosed();
  }
}
