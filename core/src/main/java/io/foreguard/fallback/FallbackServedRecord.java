package io.foreguard.fallback;

import java.time.Duration;
import java.time.Instant;

record FallbackServedRecord(
    String fallback, Instant time, Answer.Source source, Duration age, Throwable cause)
    implements FallbackServed {}
