package io.foreguard.timeout;

import java.time.Duration;
import java.time.Instant;

record TimeoutEventRecord(String timeout, Instant time, Duration limit) implements TimeoutEvent {}
