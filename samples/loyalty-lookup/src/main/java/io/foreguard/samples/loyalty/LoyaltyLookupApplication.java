package io.foreguard.samples.loyalty;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Answers with the profile and the points of a customer. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class LoyaltyLookupApplication {
  /** Starts the service. */
  public static void main(String[] args) {
    SpringApplication.run(LoyaltyLookupApplication.class, args);
  }
}
