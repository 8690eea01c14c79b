package io.foreguard.samples.routing;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Picks the queue of an inbound call by the loyalty tier of its caller. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class CallRoutingApplication {
  /** Starts the service. */
  public static void main(String[] args) {
    SpringApplication.run(CallRoutingApplication.class, args);
  }
}
