package io.foreguard.samples.loyalty;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads customers from the database. */
@Repository
class CustomerRepository {
  private final JdbcClient jdbc;

  CustomerRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Customer> find(String customerId) {
    return jdbc.sql("select customer_id, name, tier from customer where customer_id = :id")
        .param("id", customerId)
        .query(Customer.class)
        .optional();
  }
}
