package io.foreguard.samples.loyalty;

import java.util.List;
import java.util.stream.IntStream;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Fills an empty database with 500 customers, C0001 to C0500: the same ones every time. */
@Component
class SampleCustomers implements ApplicationRunner {
  static final int COUNT = 500;

  private static final List<String> FIRST_NAMES =
      List.of("Ada", "Bela", "Chloe", "Dario", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas");
  private static final List<String> LAST_NAMES =
      List.of("Abara", "Berg", "Costa", "Dumont", "Eriksen", "Fischer", "Garcia", "Horvat");

  private final JdbcTemplate jdbc;

  SampleCustomers(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void run(ApplicationArguments args) {
    Integer present = jdbc.queryForObject("select count(*) from customer", Integer.class);
    if (present == null || present == 0) {
      jdbc.batchUpdate(
          "insert into customer (customer_id, name, tier) values (?, ?, ?)",
          IntStream.rangeClosed(1, COUNT).mapToObj(SampleCustomers::row).toList());
    }
  }

  private static Object[] row(int number) {
    String name =
        FIRST_NAMES.get(number % FIRST_NAMES.size())
            + ' '
            + LAST_NAMES.get(number % LAST_NAMES.size());
    return new Object[] {String.format("C%04d", number), name, tier(number).name()};
  }

  /** 5 % platinum, 15 % gold, 30 % silver, 50 % standard. */
  private static Tier tier(int number) {
    int percentile = number * 37 % 100; // 37 and 100 share no factor: each value comes up equally
    if (percentile < 5) {
      return Tier.PLATINUM;
    }
    if (percentile < 20) {
      return Tier.GOLD;
    }
    return percentile < 50 ? Tier.SILVER : Tier.STANDARD;
  }
}
