package io.foreguard.samples.loyalty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The profile {@code postgresql} against a real server; skipped where none is installed. */
class PostgresqlProfileTest {
  private static PostgresqlServer server;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> binaries = PostgresqlServer.installed();
    assumeTrue(binaries.isPresent(), "skipped: no PostgreSQL");
    server = PostgresqlServer.start(binaries.get());
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
  }

  @Test
  void keepsTheSameCustomersAcrossRestarts() {
    try (ConfigurableApplicationContext first = application()) {
      assertThat(customerCount(first)).isEqualTo(SampleCustomers.COUNT);
    }
    try (ConfigurableApplicationContext second = application()) {
      assertThat(customerCount(second)).isEqualTo(SampleCustomers.COUNT);
      assertThat(second.getBean(CustomerRepository.class).find("C0001"))
          .contains(new Customer("C0001", "Bela Berg", Tier.SILVER));
      assertThat(second.getBean(CustomerRepository.class).find("nobody")).isEmpty();
    }
  }

  private static ConfigurableApplicationContext application() {
    return new SpringApplicationBuilder(LoyaltyLookupApplication.class)
        .web(WebApplicationType.NONE)
        .profiles("postgresql")
        .properties(Map.of("PGHOST", "127.0.0.1", "PGPORT", server.port()))
        .run();
  }

  private static int customerCount(ConfigurableApplicationContext context) {
    return context
        .getBean(JdbcTemplate.class)
        .queryForObject("select count(*) from customer", Integer.class);
  }
}
