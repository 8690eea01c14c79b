package io.foreguard.samples.loyalty;

/** A customer as the database has it. */
record Customer(String customerId, String name, Tier tier) {}
